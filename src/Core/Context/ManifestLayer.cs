using System.Formats.Tar;
using System.IO.Compression;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Context;

/// <summary>The last layer of a context image, which holds the manifest and nothing else.</summary>
internal static class ManifestLayer
{
    /// <summary>Bytes, packed and unpacked: a million files stay below. The last layer of some other image may have any size.</summary>
    private const long PackedLimit = 128 * 1024 * 1024;
    private const int Limit = 512 * 1024 * 1024;
    private const int FileMode = 0x1A4;

    public static IEnumerable<LayerEntry> Entries(ContextManifest manifest) => [new LayerEntry.Content(ContextManifest.PathInImage, FileMode, ContextManifestJson.Write(manifest))];

    /// <exception cref="FormatException">There is no manifest, or none that can be read; for the end of a sentence.</exception>
    public static async Task<ContextManifest> ReadAsync(ImageReference image, ImageManifest manifest, RegistryClient registry, CancellationToken cancellationToken)
    {
        if (manifest.Layers.Count == 0 || manifest.Layers[^1] is var last && last.Size > PackedLimit)
            throw new FormatException("its last layer is not one of a context");
        await using var packed = await registry.OpenBlobAsync(image, manifest.Layers[^1], cancellationToken);
        try
        {
            await using var layer = await UnpackAsync(packed, cancellationToken);
            await using var tar = new TarReader(layer);
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (entry.Name.TrimStart('.').TrimStart('/') == ContextManifest.PathInImage && entry.DataStream is { } data)
                    return ContextManifestJson.Read(await ReadAsync(data, cancellationToken));
            }
        }
        catch (Exception wrong) when (wrong is InvalidDataException or EndOfStreamException)
        {
            throw new FormatException($"its last layer is damaged, or packed in an unknown way: {wrong.Message}", wrong);
        }
        throw new FormatException($"its last layer holds no /{ContextManifest.PathInImage}");
    }

    private static async Task<byte[]> ReadAsync(Stream data, CancellationToken cancellationToken)
    {
        if (data.Length > Limit)
            throw new FormatException("its manifest is too large");
        var bytes = new byte[data.Length];
        await data.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    /// <summary>By its first bytes, for media types are not always true.</summary>
    private static async Task<Stream> UnpackAsync(Stream packed, CancellationToken cancellationToken)
    {
        var layer = new PackedStream(packed);
        return (await layer.PeekAsync(2, cancellationToken)).Span is [0x1F, 0x8B] ? new GZipStream(layer, CompressionMode.Decompress) : layer;
    }
}
