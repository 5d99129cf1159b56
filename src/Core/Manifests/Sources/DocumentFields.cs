using System.Text.Json;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Schema;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests.Sources;

/// <summary>Reads the fields of one document; what is wrong is noted with its place, and read on.</summary>
/// <param name="title">What diagnostics call the document.</param>
internal sealed class DocumentFields(string file, string title, List<Diagnostic> problems)
{
    public SourceLocation Place(YamlNode node) => node.In(file);

    public void Wrong(YamlNode node, string problem) => problems.Add(Ktr.BuildDocumentInvalid.At(Place(node), title, problem));

    public void Report(Diagnostic problem) => problems.Add(problem);

    /// <summary>The mapping at a key; null where there is none, or where the value is something else, which is then noted.</summary>
    public YamlMapping? Mapping(YamlMapping parent, string key, params string[] known)
    {
        if (Value(parent, key) is not { } node)
            return null;
        return Mapping(node, $"'{key}'", known);
    }

    /// <param name="known">The keys it may have; none: any.</param>
    public YamlMapping? Mapping(YamlNode node, string what, params string[] known)
    {
        if (node is not YamlMapping mapping)
        {
            Wrong(node, $"{what} must be a mapping");
            return null;
        }
        if (known.Length > 0)
            foreach (var entry in mapping.Entries.Where(entry => !known.Contains(entry.Name)))
                Wrong(entry.Key, $"{what} has no field '{entry.Name}'{Hint(entry.Name, known)}");
        return mapping;
    }

    /// <summary>The items of a list; none where there is no list.</summary>
    public IReadOnlyList<YamlNode> Items(YamlMapping parent, string key)
    {
        if (Value(parent, key) is not { } node)
            return [];
        if (node is YamlSequence list)
            return list.Items;
        Wrong(node, $"'{key}' must be a list");
        return [];
    }

    /// <summary>Text; null where there is none. A number or a boolean is not text to Kubernetes.</summary>
    public string? Text(YamlMapping parent, string key) => Value(parent, key) is { } node ? Text(node, $"'{key}'") : null;

    public string? Text(YamlNode node, string what)
    {
        if (node is YamlScalar scalar && scalar.ToJson() is { } json && json.GetValueKind() == JsonValueKind.String)
            return scalar.Value;
        Wrong(node, node is YamlScalar { Value: var value } ? $"{what} must be text; write \"{value}\", in quotes" : $"{what} must be text");
        return null;
    }

    /// <summary>Text that must exist and may not be empty.</summary>
    public string? RequiredText(YamlMapping parent, string key, string what)
    {
        var text = Text(parent, key);
        if (!string.IsNullOrWhiteSpace(text))
            return text;
        if (text is not null || Value(parent, key) is null)
            Wrong(parent.Find(key)?.Value ?? parent, $"{what} has no '{key}'");
        return null;
    }

    public static string Hint(string name, IEnumerable<string> known) => NearestName.Of(name, known) is { } near ? $" (did you mean '{near}'?)" : "";

    /// <summary>The value at a key; a null is as good as none.</summary>
    private static YamlNode? Value(YamlMapping parent, string key) =>
        parent.Find(key)?.Value is { } node && !(node is YamlScalar scalar && scalar.ToJson() is null) ? node : null;
}
