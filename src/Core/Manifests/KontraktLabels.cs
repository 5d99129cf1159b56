using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>The label "kontrakt" of pods, and its older spelling "type: kontrakt-test".</summary>
internal static class KontraktLabels
{
    internal const string Name = "kontrakt";
    internal const string OlderName = "type";
    internal const string OlderTest = "kontrakt-test";

    private static readonly Dictionary<string, KontraktLabel> Known = new(StringComparer.Ordinal)
    {
        ["target"] = KontraktLabel.Target,
        ["test"] = KontraktLabel.Test,
        ["completion"] = KontraktLabel.Completion,
        ["readiness"] = KontraktLabel.Readiness,
    };

    /// <summary>The values of the label.</summary>
    public static IReadOnlyCollection<string> Roles => Known.Keys;

    /// <summary>Reads the label below a metadata, and notes one that is not known, misspelt or contradicts the other.</summary>
    public static KontraktLabel Read(Manifest manifest, object[] metadata, List<Diagnostic> problems)
    {
        if (manifest.Node.At([.. metadata, "labels"]) is not YamlMapping labels)
            return KontraktLabel.None;
        var label = KontraktLabel.None;
        foreach (var (entry, value) in labels.Entries.Select(entry => (entry, Text(entry.Value))))
        {
            var read = (entry.Name, value) switch
            {
                (Name, _) when Known.TryGetValue(value, out var known) => known,
                (Name, _) => Unknown(manifest, entry.Value, $"{Name}: {value}", problems),
                (OlderName, OlderTest) => KontraktLabel.Test,
                (OlderName, _) when value.StartsWith("kontrakt-", StringComparison.Ordinal) => Unknown(manifest, entry.Value, $"{OlderName}: {value}", problems),
                _ when Known.ContainsKey(value) && IsLikeName(entry.Name) => Unknown(manifest, entry.Key, $"{entry.Name}: {value}", problems),
                _ => KontraktLabel.None,
            };
            if (read != KontraktLabel.None && label != KontraktLabel.None && read != label)
                problems.Add(Ktr.LabelsContradict.At(entry.Value.In(manifest.File), $"{entry.Name}: {value}", $"kontrakt: {label}".ToLowerInvariant()));
            label = read == KontraktLabel.None ? label : read;
        }
        return label;
    }

    /// <summary>The place of the label that <see cref="Read"/> read.</summary>
    public static SourceLocation Place(Manifest manifest, object[] metadata) =>
        manifest.Locate([.. metadata, "labels", manifest.Node.At([.. metadata, "labels", Name]) is null ? OlderName : Name]);

    private static KontraktLabel Unknown(Manifest manifest, YamlNode node, string text, List<Diagnostic> problems)
    {
        problems.Add(Ktr.UnknownLabel.At(node.In(manifest.File), text));
        return KontraktLabel.None;
    }

    private static string Text(YamlNode node) => node is YamlScalar scalar ? scalar.Value : "";

    /// <summary>Whether it is a value of the label.</summary>
    public static bool IsRole(string value) => Known.ContainsKey(value);

    /// <summary>Whether it is the older spelling of a test.</summary>
    public static bool IsOlderTest(string key, string value) => (key, value) is (OlderName, OlderTest);

    /// <summary>"kontrakt", or one letter away from it, or in other case: a test that would be ignored.</summary>
    public static bool IsLikeName(string name)
    {
        name = name.ToLowerInvariant();
        var (start, end) = (0, 0);
        while (start < name.Length && start < Name.Length && name[start] == Name[start])
            start++;
        while (end < name.Length - start && end < Name.Length - start && name[^(end + 1)] == Name[^(end + 1)])
            end++;
        return name.Length - start - end <= 1 && Name.Length - start - end <= 1;
    }
}
