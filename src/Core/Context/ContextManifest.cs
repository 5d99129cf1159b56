namespace Kontrakt.Context;

/// <summary>What a context image holds; /var/lib/kontext/manifest.json in it.</summary>
/// <param name="Entries">By path; the context folder itself is not one.</param>
internal sealed record ContextManifest(IReadOnlyDictionary<string, ContextEntry> Entries)
{
    public const string PathInImage = "var/lib/kontext/manifest.json";

    /// <summary>Bytes of files in all data layers, those that later layers hide as well; null where an image does not say.</summary>
    public long? Stored { get; init; }

    /// <summary>Bytes of the files that there are.</summary>
    public long Live => Entries.Values.Sum(StoredBytes);

    public int Files => Entries.Values.Count(entry => entry is not ContextEntry.Folder);

    /// <summary>What an entry takes of a data layer; a second name takes nothing.</summary>
    public static long StoredBytes(ContextEntry entry) => entry is ContextEntry.File { HardLinkTo: null } file ? file.Size ?? 0 : 0;
}
