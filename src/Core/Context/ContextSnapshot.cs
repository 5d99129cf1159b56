using Kontrakt.Context.Indexing;
using Kontrakt.Context.Scanning;

namespace Kontrakt.Context;

/// <summary>A folder at one moment: what a manifest says of it, and where the bytes are.</summary>
/// <param name="Found">What was looked at.</param>
internal sealed record ContextSnapshot(ContextManifest Manifest, IReadOnlyList<ScannedPath> Found)
{
    private readonly Lazy<IReadOnlyDictionary<string, string>> _sources = new(() =>
        Found.Where(path => path.Status.Kind == FileKind.File).ToDictionary(path => path.Path, path => path.Source, StringComparer.Ordinal));

    /// <summary>Paths on this machine, by path in the context; of files.</summary>
    public IReadOnlyDictionary<string, string> Sources => _sources.Value;

    /// <param name="found">Sorted by path.</param>
    /// <param name="index">Asked first, and updated with what had to be read.</param>
    /// <param name="looked">When the scan began, by the file system's clock.</param>
    /// <exception cref="ContextChangedException">Files that changed while they were read.</exception>
    public static ContextSnapshot Take(IReadOnlyList<ScannedPath> found, HashIndex index, long looked, CancellationToken cancellationToken)
    {
        var firstNames = FirstNames(found);
        var hashes = FileHashes.Of(found, firstNames, index, looked, cancellationToken);
        var entries = new Dictionary<string, ContextEntry>(found.Count, StringComparer.Ordinal);
        var at = 0;
        foreach (var path in found)
        {
            var hash = hashes[at++];
            entries.Add(path.Path, path.Status.Kind switch
            {
                FileKind.Folder => new ContextEntry.Folder(path.Path, path.Status.Mode),
                FileKind.Link => new ContextEntry.Link(path.Path, path.Target ?? ""),
                _ when firstNames.GetValueOrDefault(path.Path) is { } first =>
                    new ContextEntry.File(path.Path, path.Status.Mode, path.Status.Size, ((ContextEntry.File)entries[first]).Sha256) { HardLinkTo = first },
                _ => new ContextEntry.File(path.Path, path.Status.Mode, path.Status.Size, hash ?? throw new InvalidOperationException("a file has no hash")),
            });
        }
        return new(new(entries), found);
    }

    /// <summary>For each further name of a file, its first one in the order of paths.</summary>
    private static Dictionary<string, string> FirstNames(IReadOnlyList<ScannedPath> found)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        Dictionary<(ulong, ulong), string>? first = null;
        foreach (var path in found)
        {
            if (path.Status is { Kind: FileKind.File, Links: > 1, Inode: not 0 } && !(first ??= []).TryAdd((path.Status.Device, path.Status.Inode), path.Path))
                names.Add(path.Path, first[(path.Status.Device, path.Status.Inode)]);
        }
        return names;
    }
}
