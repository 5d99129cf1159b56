using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Registry;

/// <summary>Reads a folder of an image out of its layers, as a container of it would see the folder.</summary>
public static class ImageFolder
{
    /// <summary>Bytes of the largest folder that is read.</summary>
    public const long Limit = 256 * 1024 * 1024;

    /// <summary>Writes the folder's content. Links to files become the files; links to folders stay where they lead to something inside.</summary>
    /// <param name="image">Where <paramref name="manifest"/> is from.</param>
    /// <param name="folder">A path in the image.</param>
    /// <param name="destination">An empty folder; nothing outside of it is written, whatever the layers hold.</param>
    /// <exception cref="FormatException">There is no such folder, or it cannot be read; for the end of a sentence.</exception>
    /// <exception cref="RegistryException">The layers cannot be read.</exception>
    public static async Task CopyAsync(RegistryClient registry, ImageReference image, ImageManifest manifest, string folder, string destination, CancellationToken cancellationToken)
    {
        var tree = await ReadTreeAsync(registry, image, manifest, cancellationToken);
        if (tree.Resolve(folder) is not { } root || !tree.IsFolder(root))
            throw new FormatException($"it has no folder '{folder}'");
        var plan = FolderPlan.For(tree, root);
        if (plan.Size > Limit)
            throw new FormatException($"its folder '{folder}' has {plan.Size:N0} bytes; {Limit:N0} are allowed");
        foreach (var below in plan.Folders)
            Directory.CreateDirectory(Path.Combine(destination, below));
        foreach (var layer in plan.Files.Select(file => file.Node.Layer).Distinct().Order())
            await CopyAsync(Entries(registry, image, manifest.Layers[layer], cancellationToken), plan.Files.Where(file => file.Node.Layer == layer).ToLookup(file => file.Node.Stored), destination, cancellationToken);
        // Last, so that nothing is written through one.
        foreach (var (path, target) in plan.Links)
            File.CreateSymbolicLink(Path.Combine(destination, path), target);
    }

    private static async Task<ImageTree> ReadTreeAsync(RegistryClient registry, ImageReference image, ImageManifest manifest, CancellationToken cancellationToken)
    {
        var tree = new ImageTree();
        for (var layer = 0; layer < manifest.Layers.Count; layer++)
        {
            var listing = new LayerListing(layer, tree);
            try
            {
                await foreach (var entry in Entries(registry, image, manifest.Layers[layer], cancellationToken))
                    listing.Add(entry);
            }
            catch (ArgumentException outside)
            {
                throw new FormatException($"in its layer {layer + 1}, {outside.Message}", outside);
            }
            listing.Complete();
        }
        return tree;
    }

    private static async Task CopyAsync(IAsyncEnumerable<TarEntry> entries, ILookup<string, FolderPlan.PlannedFile> wanted, string destination, CancellationToken cancellationToken)
    {
        await foreach (var entry in entries)
        {
            if (entry.DataStream is not { } data && entry.Length > 0 || entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink or TarEntryType.Directory)
                continue;
            string? first = null;
            foreach (var file in wanted[LayerPath.Normalize(entry.Name)])
            {
                var path = Path.Combine(destination, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path) ?? path);
                if (first is not null)
                    File.Copy(first, path, overwrite: true);
                else
                    await WriteAsync(path, entry.DataStream, cancellationToken);
                first ??= path;
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(path, (file.Node.Mode & 0x49) != 0 ? (UnixFileMode)0x1ED : (UnixFileMode)0x1A4);
            }
        }
    }

    private static async Task WriteAsync(string path, Stream? data, CancellationToken cancellationToken)
    {
        // A name that is twice in a layer: the last one counts.
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        if (data is not null)
            await data.CopyToAsync(file, cancellationToken);
    }

    /// <summary>The entries of a layer; the blob is read to its end, where its digest is checked.</summary>
    private static async IAsyncEnumerable<TarEntry> Entries(RegistryClient registry, ImageReference image, Descriptor layer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var blob = await registry.OpenBlobAsync(image, layer, cancellationToken);
        var packed = new PackedStream(blob);
        var gzip = (await packed.PeekAsync(2, cancellationToken)).Span is [0x1F, 0x8B];
        await using var unpacked = gzip ? new GZipStream(packed, CompressionMode.Decompress) : (Stream)packed;
        await using var tar = new TarReader(unpacked, leaveOpen: true);
        while (await NextAsync(tar, cancellationToken) is { } entry)
            yield return entry;
        await packed.CopyToAsync(Stream.Null, cancellationToken);
    }

    private static async Task<TarEntry?> NextAsync(TarReader tar, CancellationToken cancellationToken)
    {
        try
        {
            return await tar.GetNextEntryAsync(copyData: false, cancellationToken);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or EndOfStreamException)
        {
            throw new FormatException($"one of its layers is damaged, or packed in another way than gzip: {wrong.Message}", wrong);
        }
    }
}
