using System.IO.Compression;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Layers;

/// <summary>Writes reproducible layers: entries sorted by path, parents added, fixed times, no machine's trace.</summary>
public static class LayerWriter
{
    private const int FolderMode = 0x1ED;
    private const int BufferSize = 128 * 1024;

    /// <summary>Streams from disk to disk; size, digest and diff id are computed on the way.</summary>
    /// <param name="entries">In any order, each path once (an equal entry may repeat); folders that lead to an entry need not be named, they get mode 0755.</param>
    /// <param name="path">The file to write; replaced only when the layer is complete.</param>
    /// <exception cref="ArgumentException">Two entries, or a file and a folder, have one path, or a path leads out of the image.</exception>
    /// <exception cref="IOException">A source cannot be read.</exception>
    /// <exception cref="SourceChangedException">A source changed while it was read, or is not what was expected.</exception>
    public static Task<LayerFile> WriteAsync(IEnumerable<LayerEntry> entries, string path, CancellationToken cancellationToken) =>
        WriteAsync(entries, path, MediaTypes.OciLayerGzip, CompressionLevel.Optimal, cancellationToken);

    public static async Task<LayerFile> WriteAsync(IEnumerable<LayerEntry> entries, string path, string mediaType, CompressionLevel compression, CancellationToken cancellationToken)
    {
        var ordered = Order(entries);
        var partial = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            LayerFile layer;
            await using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize, useAsync: true))
                layer = await WriteAsync(ordered, file, path, mediaType, compression, cancellationToken);
            System.IO.File.Move(partial, path, overwrite: true);
            return layer;
        }
        catch
        {
            System.IO.File.Delete(partial);
            throw;
        }
    }

    private static async Task<LayerFile> WriteAsync(IReadOnlyList<LayerEntry> entries, FileStream file, string path, string mediaType, CompressionLevel compression, CancellationToken cancellationToken)
    {
        await using var packed = new HashingStream(file);
        Digest diffId;
        await using (var gzip = new GZipStream(packed, compression, leaveOpen: true))
        await using (var unpacked = new HashingStream(gzip))
        {
            var tar = new TarWriter(unpacked);
            foreach (var entry in entries)
                await tar.WriteAsync(entry, cancellationToken);
            await tar.EndAsync(cancellationToken);
            diffId = unpacked.Finish();
        }
        await file.FlushAsync(cancellationToken);
        return new(path, new(mediaType, packed.Finish(), packed.Position), diffId);
    }

    /// <summary>By path, in the order of code units whatever the culture; hard links after everything they may point to.</summary>
    private static List<LayerEntry> Order(IEnumerable<LayerEntry> entries)
    {
        var byPath = new SortedDictionary<string, LayerEntry>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var path = LayerPath.Normalize(entry.Path);
            if (path.Length == 0 && entry is not LayerEntry.Folder)
                throw new ArgumentException($"the entry '{entry.Path}' has the place of the image's root and is not a folder", nameof(entries));
            if (!byPath.TryAdd(path, entry with { Path = path }) && byPath[path] != entry with { Path = path })
                throw new ArgumentException($"the layer has two entries '/{path}'", nameof(entries));
        }
        foreach (var path in byPath.Keys.ToArray())
            AddParents(byPath, path);
        return [.. byPath.Values.Where(entry => entry is not LayerEntry.HardLink), .. byPath.Values.OfType<LayerEntry.HardLink>().Select(link => LikeItsTarget(link, byPath))];
    }

    private static LayerEntry.HardLink LikeItsTarget(LayerEntry.HardLink link, SortedDictionary<string, LayerEntry> byPath) =>
        byPath.GetValueOrDefault(LayerPath.Normalize(link.Target)) is { } target and (LayerEntry.File or LayerEntry.Content)
            ? link with { Mode = target.Mode, UserId = target.UserId, GroupId = target.GroupId }
            : throw new ArgumentException($"the hard link '/{link.Path}' leads to '{link.Target}', which is not a file of the same layer");

    private static void AddParents(SortedDictionary<string, LayerEntry> byPath, string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            var parent = path[..slash];
            if (!byPath.TryGetValue(parent, out var there))
                byPath.Add(parent, new LayerEntry.Folder(parent, FolderMode));
            else if (there is not LayerEntry.Folder)
                throw new ArgumentException($"the layer has '/{path}' below '/{parent}', which is not a folder");
        }
    }
}

/// <summary>A gzipped tar on disk, with what a manifest (descriptor) and a config (diff id) must say of it.</summary>
/// <param name="Path">Where it is on this machine.</param>
public sealed record LayerFile(string Path, Descriptor Descriptor, Digest DiffId);
