using System.Runtime.CompilerServices;
using Kontrakt.Context.Indexing;
using Kontrakt.Context.Scanning;

namespace Kontrakt.Context;

/// <summary>A folder at one moment: what a manifest says of it, and where the bytes are.</summary>
/// <param name="Sources">Paths on this machine, by path in the context; of files.</param>
internal sealed record ContextSnapshot(ContextManifest Manifest, IReadOnlyDictionary<string, string> Sources)
{
    /// <param name="index">Asked first, and told what had to be read.</param>
    /// <param name="looked">When the scan began, by the file system's clock.</param>
    /// <exception cref="ContextChangedException">Files that changed while they were read.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ContextSnapshot Take(IReadOnlyList<ScannedPath> found, HashIndex index, long looked, CancellationToken cancellationToken)
    {
        var firstNames = FirstNames(found);
        var hashes = FileHashes.Of([.. found.Where(path => path.Status.Kind == FileKind.File && !firstNames.ContainsKey(path.Path))], index, looked, cancellationToken);
        var entries = new Dictionary<string, ContextEntry>(found.Count, StringComparer.Ordinal);
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in found)
        {
            entries.Add(path.Path, EntryOf(path, firstNames.GetValueOrDefault(path.Path), hashes));
            if (path.Status.Kind == FileKind.File)
                sources.Add(path.Path, path.Source);
        }
        return new(new(entries), sources);
    }

    private static ContextEntry EntryOf(ScannedPath path, string? firstName, IReadOnlyDictionary<string, string> hashes) => path.Status.Kind switch
    {
        FileKind.Folder => new ContextEntry.Folder(path.Path, path.Status.Mode),
        FileKind.Link => new ContextEntry.Link(path.Path, path.Target ?? ""),
        _ => new ContextEntry.File(path.Path, path.Status.Mode, path.Status.Size, hashes[firstName ?? path.Path]) { HardLinkTo = firstName },
    };

    /// <summary>For each further name of a file, its first one in the order of paths.</summary>
    private static Dictionary<string, string> FirstNames(IReadOnlyList<ScannedPath> found)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var first = new Dictionary<(ulong, ulong), string>();
        foreach (var path in found.Where(path => path.Status is { Kind: FileKind.File, Links: > 1, Inode: not 0 }))
        {
            if (!first.TryAdd((path.Status.Device, path.Status.Inode), path.Path))
                names.Add(path.Path, first[(path.Status.Device, path.Status.Inode)]);
        }
        return names;
    }
}
