using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Registry;

/// <summary>What a copy moved.</summary>
/// <param name="BlobsMoved">Blobs uploaded; those that existed, or were mounted, are not counted.</param>
public sealed record CopyResult(Descriptor Manifest, int BlobsMoved, long BytesMoved);

/// <summary>Copies an image or index by digest between repositories and registries, moving only missing blobs, streaming.</summary>
public static class ImageCopier
{
    public const int DefaultParallelism = 4;

    /// <param name="destination">Gets the tag, where it has one.</param>
    public static Task<CopyResult> CopyAsync(RegistryClient client, ImageReference source, ImageReference destination, CancellationToken cancellationToken) =>
        CopyAsync(client, source, destination, DefaultParallelism, cancellationToken);

    /// <param name="parallelism">Blobs moved at the same time.</param>
    public static async Task<CopyResult> CopyAsync(RegistryClient client, ImageReference source, ImageReference destination, int parallelism, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        var manifest = await client.GetManifestAsync(source, cancellationToken);
        if (destination.Digest is { } expected && expected.Same(manifest.Bytes.Span) != expected)
            throw new ArgumentException($"'{source}' is {manifest.Digest}, and the copy was to be {expected}", nameof(destination));
        using var copy = new ImageCopy(client, source, destination, parallelism, cancellationToken);
        await copy.RunAsync(manifest);
        return new(manifest.Descriptor, copy.BlobsMoved, copy.BytesMoved);
    }
}
