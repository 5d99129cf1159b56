using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests.Rendering;

/// <summary>The values that a chart gets. Any of them may be a secret, and Go's templates print values when they fail.</summary>
internal sealed class HelmValues
{
    /// <summary>Shorter ones would take ordinary words out of the message.</summary>
    private const int Shortest = 4;

    private readonly IReadOnlyList<string> _texts;

    private HelmValues(IEnumerable<string> texts) => _texts = [.. texts.Distinct(StringComparer.Ordinal).OrderByDescending(text => text.Length)];

    /// <exception cref="KontraktException">One of them is not YAML, at its line; or cannot be read.</exception>
    public static HelmValues Read(IEnumerable<string> files)
    {
        var (texts, problems) = (new List<string>(), new List<Diagnostic>());
        foreach (var file in files)
            try
            {
                foreach (var document in YamlFile.Load(file).Documents)
                    Collect(document, texts);
            }
            catch (YamlSyntaxException fault)
            {
                problems.Add(ManifestFaults.From(fault, file));
            }
            catch (Exception fault) when (ManifestFaults.IsFileFault(fault))
            {
                problems.Add(ManifestFaults.From(fault, file));
            }
        KontraktException.ThrowIfAny(problems);
        return new(texts);
    }

    public string Redact(string text) => _texts.Aggregate(text, (redacted, value) => redacted.Replace(value, "***", StringComparison.Ordinal));

    /// <summary>Values, and not the keys, which messages are about; of several lines each alone, as messages show them.</summary>
    private static void Collect(YamlNode node, List<string> texts)
    {
        if (node is YamlMapping mapping)
            foreach (var entry in mapping.Entries)
                Collect(entry.Value, texts);
        else if (node is YamlSequence list)
            foreach (var item in list.Items)
                Collect(item, texts);
        else if (node is YamlScalar { Value: var value } && value is not ("true" or "false" or "null"))
            texts.AddRange(value.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length >= Shortest));
    }
}
