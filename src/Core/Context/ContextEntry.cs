namespace Kontrakt.Context;

/// <summary>One path of a context. A closed set.</summary>
/// <param name="Path">Relative, with '/' between names.</param>
internal abstract record ContextEntry(string Path)
{
    /// <param name="Mode">Permissions with set-id and sticky bits; null where an image does not say.</param>
    public sealed record Folder(string Path, int? Mode) : ContextEntry(Path);

    /// <param name="Size">Bytes; null where an image does not say.</param>
    /// <param name="Sha256">Lower-case hex.</param>
    public sealed record File(string Path, int? Mode, long? Size, string Sha256) : ContextEntry(Path)
    {
        /// <summary>The path of which this is a second name; null for none.</summary>
        public string? HardLinkTo { get; init; }
    }

    /// <param name="Target">As it is in the link.</param>
    public sealed record Link(string Path, string Target) : ContextEntry(Path);

    /// <summary>Whether what an image has is this. What it does not say is taken to be the same.</summary>
    public bool IsIn(ContextEntry? there) => (this, there) switch
    {
        (Folder mine, Folder other) => other.Mode is null || other.Mode == mine.Mode,
        (File mine, File other) => other.Sha256 == mine.Sha256 && other.HardLinkTo == mine.HardLinkTo && (other.Mode is null || other.Mode == mine.Mode),
        (Link mine, Link other) => other.Target == mine.Target,
        _ => false,
    };

    /// <summary>The paths of the folders above, the nearest first.</summary>
    public static IEnumerable<string> FoldersAbove(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            yield return path[..slash];
    }
}
