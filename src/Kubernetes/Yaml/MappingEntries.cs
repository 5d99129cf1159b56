namespace Kontrakt.Kubernetes.Yaml;

/// <summary>
/// The entries of a mapping while it is read. A key may occur once. A merge key (&lt;&lt;) is taken as Kubernetes' reader takes it (go-yaml v2):
/// where it is, so it overrides what is before it and is overridden by what is after it.
/// </summary>
internal sealed class MappingEntries(string path)
{
    /// <summary>From this many entries on, keys are looked up by hash.</summary>
    private const int Few = 12;
    private readonly List<(YamlEntry Entry, bool Merged)> entries = [];
    private Dictionary<string, int>? places;

    public IReadOnlyList<YamlEntry> List => [.. entries.Select(entry => entry.Entry)];

    public void Add(YamlEntry entry, YamlMark keyStart)
    {
        if (entry.Key is { Value: "<<", Style: YamlStyle.Plain, Tag: null or YamlValues.TagPrefix + "merge" })
        {
            Merge(entry.Value, keyStart);
            return;
        }
        if (YamlValues.IsNull(entry.Key))
            throw new YamlSyntaxException(path, keyStart, YamlFault.Syntax, "a key is missing here, or is null");
        if (Find(entry.Name) is { } place && !entries[place].Merged)
            throw new YamlSyntaxException(path, keyStart, YamlFault.DuplicateKey,
                $"the key '{entry.Name}' is twice in one mapping, first at line {entries[place].Entry.Key.Start.Line}")
            { Key = entry.Name, FirstLine = entries[place].Entry.Key.Start.Line };
        Set(entry, merged: false);
    }

    private void Merge(YamlNode value, YamlMark keyStart)
    {
        IEnumerable<YamlNode> sources = value is YamlSequence list ? list.Items.Reverse() : [value];
        foreach (var source in sources)
        {
            if (source is not YamlMapping mapping)
                throw new YamlSyntaxException(path, keyStart, YamlFault.Syntax, "'<<' merges a mapping or a list of mappings, and this is neither");
            foreach (var entry in mapping.Entries)
                Set(entry, merged: true);
        }
    }

    private void Set(YamlEntry entry, bool merged)
    {
        if (Find(entry.Name) is { } place)
        {
            // An explicit key stays one: a third of the same name is still a duplicate.
            entries[place] = (entry, merged && entries[place].Merged);
            return;
        }
        entries.Add((entry, merged));
        if (places is not null)
            places.Add(entry.Name, entries.Count - 1);
        else if (entries.Count == Few)
            places = entries.Index().ToDictionary(pair => pair.Item.Entry.Name, pair => pair.Index, StringComparer.Ordinal);
    }

    private int? Find(string name)
    {
        if (places is not null)
            return places.TryGetValue(name, out var place) ? place : null;
        for (var index = 0; index < entries.Count; index++)
            if (entries[index].Entry.Name == name)
                return index;
        return null;
    }
}
