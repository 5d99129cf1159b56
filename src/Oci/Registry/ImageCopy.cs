using System.Runtime.ExceptionServices;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Registry;

/// <summary>One copy under way. The first failure stops the rest.</summary>
internal sealed class ImageCopy(RegistryClient client, ImageReference source, ImageReference destination, int parallelism, CancellationToken cancellationToken) : IDisposable
{
    /// <summary>Indexes inside indexes are legal, endless ones an attack.</summary>
    private const int DepthLimit = 8;

    private readonly SemaphoreSlim slots = new(parallelism, parallelism);
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private int blobsMoved;
    private long bytesMoved;

    public int BlobsMoved => blobsMoved;
    public long BytesMoved => bytesMoved;

    public void Dispose()
    {
        slots.Dispose();
        stop.Dispose();
    }

    public async Task RunAsync(ManifestContent manifest)
    {
        var place = destination.Tag is null ? destination.WithDigest(manifest.Digest) : destination.WithDigest(null);
        if (await client.ResolveAsync(place, stop.Token) is { } there && there.Digest == manifest.Digest)
            return;
        // A registry keeps a manifest's content for as long as it keeps the manifest.
        if (await client.ResolveAsync(destination.WithTag(null).WithDigest(manifest.Digest), stop.Token) is null)
            await CopyContentAsync(manifest, 0);
        await client.PutManifestAsync(place, manifest, stop.Token);
    }

    private async Task CopyContentAsync(ManifestContent manifest, int depth)
    {
        if (depth > DepthLimit)
            throw RegistryErrors.Corrupt(source.Registry, $"'{source}' is an index with more than {DepthLimit} levels");
        try
        {
            if (manifest.IsIndex)
                await AllAsync(ImageIndex.Parse(manifest).Manifests, child => CopyChildAsync(child, depth));
            else
                await AllAsync(ImageManifest.Parse(manifest).Blobs.Where(blob => !MediaTypes.IsForeignLayer(blob.MediaType)), CopyBlobAsync);
        }
        catch (FormatException invalid)
        {
            throw RegistryErrors.Corrupt(source.Registry, $"'{source}' cannot be copied: {invalid.Message}");
        }
    }

    /// <summary>An index may name blobs, too; registries then keep them as such.</summary>
    private async Task CopyChildAsync(Descriptor child, int depth)
    {
        if (!MediaTypes.IsManifest(child.MediaType))
        {
            await CopyBlobAsync(child);
            return;
        }
        var place = destination.WithTag(null).WithDigest(child.Digest);
        var manifest = await InSlotAsync(async () => await client.ResolveAsync(place, stop.Token) is not null
            ? null
            : await client.GetManifestAsync(source.WithTag(null).WithDigest(child.Digest), stop.Token));
        if (manifest is null)
            return;
        await CopyContentAsync(manifest, depth + 1);
        await InSlotAsync(() => client.PutManifestAsync(place, manifest, stop.Token));
    }

    private async Task CopyBlobAsync(Descriptor blob)
    {
        var mountFrom = source.Registry == destination.Registry ? source.Repository : null;
        if (!await InSlotAsync(() => client.PushBlobAsync(destination, blob, token => client.OpenBlobAsync(source, blob, token), mountFrom, stop.Token)))
            return;
        Interlocked.Increment(ref blobsMoved);
        Interlocked.Add(ref bytesMoved, blob.Size);
    }

    private async Task<T> InSlotAsync<T>(Func<Task<T>> use)
    {
        await slots.WaitAsync(stop.Token);
        try
        {
            return await use();
        }
        finally
        {
            slots.Release();
        }
    }

    /// <summary>All at once (the slots bound what moves); none is left running when this ends.</summary>
    private async Task AllAsync(IEnumerable<Descriptor> items, Func<Descriptor, Task> copy)
    {
        var failures = new List<Exception>();
        await Task.WhenAll(items.DistinctBy(item => item.Digest).Select(async item =>
        {
            try
            {
                await copy(item);
            }
            catch (Exception failure)
            {
                lock (failures)
                    failures.Add(failure);
                await stop.CancelAsync();
            }
        }));
        cancellationToken.ThrowIfCancellationRequested();
        // One says why; the others may only say that they were stopped because of it.
        if ((failures.Find(failure => failure is not OperationCanceledException) ?? failures.FirstOrDefault()) is { } first)
            ExceptionDispatchInfo.Throw(first);
    }
}

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
