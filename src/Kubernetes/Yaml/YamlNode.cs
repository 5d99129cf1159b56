using System.Text.Json.Nodes;

namespace Kontrakt.Kubernetes.Yaml;

/// <summary>A place in a text: offset from 0 in UTF-16 units of <see cref="YamlFile.Text"/>, line and column from 1.</summary>
public readonly record struct YamlMark(int Offset, int Line, int Column);

/// <summary>A node of a YAML document with the place it is at. An alias is the very node that its anchor marks.</summary>
public abstract record YamlNode(YamlMark Start, YamlMark End)
{
    /// <summary>The node at a path of keys and indexes; null where the path leads nowhere.</summary>
    public YamlNode? At(params ReadOnlySpan<object> path)
    {
        var node = this;
        foreach (var step in path)
        {
            node = (node, step) switch
            {
                (YamlMapping map, string key) => map.Find(key)?.Value,
                (YamlSequence list, int index) when index >= 0 && index < list.Items.Count => list.Items[index],
                _ => null,
            };
            if (node is null)
                return null;
        }
        return node;
    }

    /// <summary>The deepest node that a path reaches: where a diagnostic points when the field itself is missing.</summary>
    public YamlNode Nearest(params ReadOnlySpan<object> path)
    {
        var node = this;
        foreach (var step in path)
        {
            if (node.At(step) is not { } next)
                return node;
            node = next;
        }
        return node;
    }

    /// <summary>The value as JSON, with the types Kubernetes' own YAML reader gives (YAML 1.1: yes and on are booleans).</summary>
    public abstract JsonNode? ToJson();
}

/// <summary>How a scalar is written.</summary>
public enum YamlStyle { Plain, SingleQuoted, DoubleQuoted, Literal, Folded }

/// <summary>A scalar; from the first of its own characters (after anchor and tag) to the last (a block scalar: of its last line that is not blank).</summary>
/// <param name="Tag">The tag in full (tag:yaml.org,2002:str); null where none is written.</param>
public sealed record YamlScalar(string Value, YamlStyle Style, string? Tag, YamlMark Start, YamlMark End) : YamlNode(Start, End)
{
    public override JsonNode? ToJson() => YamlValues.ToJson(this);
}

/// <summary>A key and its value. A key that a merge (&lt;&lt;) brought in is where its anchor is.</summary>
public sealed record YamlEntry(YamlScalar Key, YamlNode Value)
{
    /// <summary>The property name that the key becomes: unquoted keys have types too (yes becomes true, 0x10 becomes 16).</summary>
    public string Name { get; } = YamlValues.KeyText(Key);
}

public sealed record YamlMapping(IReadOnlyList<YamlEntry> Entries, YamlMark Start, YamlMark End) : YamlNode(Start, End)
{
    public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Name == key);

    public override JsonNode ToJson()
    {
        var map = new JsonObject();
        foreach (var entry in Entries)
            map[entry.Name] = entry.Value.ToJson();
        return map;
    }
}

public sealed record YamlSequence(IReadOnlyList<YamlNode> Items, YamlMark Start, YamlMark End) : YamlNode(Start, End)
{
    public override JsonNode ToJson() => new JsonArray([.. Items.Select(item => item.ToJson())]);
}
