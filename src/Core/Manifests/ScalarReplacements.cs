using Kontrakt.Kubernetes.Cel;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>A file's tree with some of its scalars replaced, as the edited text would be read: without reading it again, and with the places of the source.</summary>
internal sealed class ScalarReplacements
{
    private readonly Dictionary<YamlNode, YamlNode> _replaced = new(ReferenceEqualityComparer.Instance);
    private bool _areRead;

    /// <param name="value">A text, whatever it looks like.</param>
    public void Add(YamlScalar scalar, string value)
    {
        // A plain scalar stays plain only where it is read as text.
        _replaced[scalar] = scalar with { Value = value, Style = scalar is { Style: YamlStyle.Plain, Tag: null } ? YamlStyle.DoubleQuoted : scalar.Style };
        // Whether a value is of the type that a tag names, reading decides.
        _areRead |= scalar.Tag is not (null or "tag:yaml.org,2002:str" or CelExpression.Tag);
    }

    /// <summary>The file as it is after the edits.</summary>
    /// <param name="text">With all of them.</param>
    /// <exception cref="YamlSyntaxException">It cannot be read any more: two keys are one, or a value is not of the type that its tag names.</exception>
    public YamlFile Apply(YamlFile file, string text)
    {
        var documents = file.Documents.Select(Replace).ToList();
        return _areRead ? YamlFile.Parse(file.Path, text, ManifestRoles.HasExpressions(file.Path))
            : file with { Text = text, Documents = documents, Scalars = [.. file.Scalars.Select(scalar => (YamlScalar)_replaced.GetValueOrDefault(scalar, scalar))] };
    }

    /// <summary>The node, or another in its place; an alias leads to the same one as its anchor.</summary>
    private YamlNode Replace(YamlNode node)
    {
        if (node is not YamlScalar && !_replaced.ContainsKey(node))
            _replaced[node] = node switch
            {
                YamlMapping mapping => Replace(mapping),
                YamlSequence sequence => Replace(sequence),
                _ => throw new InvalidOperationException($"an unknown node {node.GetType()}"),
            };
        return _replaced.GetValueOrDefault(node, node);
    }

    private YamlSequence Replace(YamlSequence sequence)
    {
        var items = sequence.Items.Select(Replace).ToList();
        return items.Zip(sequence.Items).All(each => ReferenceEquals(each.First, each.Second)) ? sequence : sequence with { Items = items };
    }

    private YamlMapping Replace(YamlMapping mapping)
    {
        var entries = mapping.Entries.Select(Replace).ToList();
        if (entries.Zip(mapping.Entries).All(each => ReferenceEquals(each.First, each.Second)))
            return mapping;
        // Which of two keys of one name counts, or that there may not be two, reading decides.
        _areRead |= entries.DistinctBy(entry => entry.Name).Count() < entries.Count;
        return mapping with { Entries = entries };
    }

    private YamlEntry Replace(YamlEntry entry)
    {
        var (key, value) = ((YamlScalar)Replace(entry.Key), Replace(entry.Value));
        return ReferenceEquals(key, entry.Key) && ReferenceEquals(value, entry.Value) ? entry : new(key, value);
    }
}
