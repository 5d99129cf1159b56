using Kontrakt.Engine.Registry;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>Images pulled and unpacked: each layer once, in a folder that all containers share.</summary>
public sealed class ImageStore : IDisposable
{
    /// <summary>Of one image, at the same time.</summary>
    private const int ParallelLayers = 3;

    private readonly BlobStore registry;
    private readonly RegistryClient client;
    private readonly LayerStore layers;
    private readonly ImageRecords records;
    private readonly FileStream hold;
    private readonly HashSet<string> ownRegistries;

    /// <summary>Takes hold of the folder and clears what a crash left in it.</summary>
    /// <param name="registry">The content of the engine's own registry.</param>
    /// <exception cref="IOException">Another process holds the folder, or it cannot be written.</exception>
    public ImageStore(BlobStore registry, ImageStoreOptions options)
    {
        (this.registry, Options) = (registry, options);
        Directory.CreateDirectory(options.Directory);
        hold = new(Path.Combine(options.Directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        layers = new(options);
        records = new(options.Directory);
        client = new(options.Registry);
        ownRegistries = new(options.OwnRegistries, StringComparer.OrdinalIgnoreCase);
    }

    public ImageStoreOptions Options { get; }

    /// <param name="image">As a pod's "image" says it.</param>
    /// <returns>To be disposed when no container uses it any more.</returns>
    /// <exception cref="ImagePullException">Reason and message for the container's status.</exception>
    public async Task<ContainerImage> PullAsync(string image, ImagePullRequest request, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(image, out var reference, out var problem))
            throw new ImagePullException(ImagePullException.InvalidImageName, $"Failed to apply default image tag \"{image}\": couldn't parse image reference \"{image}\": invalid reference format: {problem}");
        if (request.Policy != ImagePullPolicy.Always && Present(reference) is { } present)
            return present;
        if (request.Policy == ImagePullPolicy.Never)
            throw new ImagePullException(ImagePullException.ErrImageNeverPull, $"Container image \"{image}\" is not present with pull policy of Never");
        var name = reference.Digest is null && reference.Tag is null ? reference.WithTag("latest") : reference;
        var step = $"failed to resolve reference \"{name}\"";
        // A pod's credentials are its own: no other pull may use what was learnt with them.
        using var own = (request.PullSecrets.Count > 0 || request.Mirrors.Count > 0) && !ownRegistries.Contains(reference.Registry)
            ? new RegistryClient(Options.Registry with { DockerConfigs = request.PullSecrets.Count > 0 ? request.PullSecrets : Options.Registry.DockerConfigs, Mirrors = request.Mirrors }) : null;
        try
        {
            PullSource source = ownRegistries.Contains(reference.Registry) ? new PullSource.Own(registry) : new PullSource.Remote(own ?? client);
            var resolved = await ImageResolver.ResolveAsync(source, reference, cancellationToken);
            step = "failed to extract its layers";
            return await UnpackAsync(source, reference, resolved, cancellationToken);
        }
        catch (Exception failed) when (failed is RegistryException or LayerException or IOException or UnauthorizedAccessException)
        {
            throw new ImagePullException(ImagePullException.ErrImagePull, $"failed to pull and unpack image \"{name}\": {step}: {Reason(failed)}", failed);
        }
    }

    /// <summary>Deletes unpacked layers that no container uses, the least recently used first, until the rest is within the limit.</summary>
    /// <returns>Bytes that were deleted, and bytes that are left: more than the limit where all of it is in use.</returns>
    public (long Deleted, long Left) Prune(CancellationToken cancellationToken)
    {
        var result = layers.Prune(cancellationToken);
        if (result.Deleted > 0)
            records.DropIncomplete(layers.Has);
        return result;
    }

    public void Dispose()
    {
        client.Dispose();
        layers.Dispose();
        hold.Dispose();
    }

    private ContainerImage? Present(ImageReference image)
    {
        if (records.Find(image) is not { } record)
            return null;
        var lease = Hold(record.Manifest, record.Config.DiffIds);
        if (record.Config.DiffIds.All(layers.Has))
        {
            foreach (var diffId in record.Config.DiffIds)
                layers.MarkUsed(diffId);
            return Of(record, lease);
        }
        lease.Dispose();
        return null;
    }

    private async Task<ContainerImage> UnpackAsync(PullSource source, ImageReference image, ResolvedImage resolved, CancellationToken cancellationToken)
    {
        var lease = Hold(resolved.Manifest, resolved.Config.DiffIds);
        try
        {
            var parts = resolved.Layers.Zip(resolved.Config.DiffIds).DistinctBy(part => part.Second);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelLayers, CancellationToken = cancellationToken };
            var unpacked = 0;
            await Parallel.ForEachAsync(parts, parallel, async (part, token) =>
            {
                if (await layers.EnsureAsync(part.Second, open => source.OpenBlobAsync(image, part.First, open), token))
                    Interlocked.Increment(ref unpacked);
            });
            var record = new ImageRecord(resolved.Reference, resolved.Manifest, resolved.Config);
            records.Add(image, record);
            if (unpacked > 0)
                TryPrune(cancellationToken);
            return Of(record, lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private void TryPrune(CancellationToken cancellationToken)
    {
        try
        {
            Prune(cancellationToken);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // The image exists all the same. The next pull tries again, and a disk that is really full fails that one in words of its own.
        }
    }

    private ContainerImage Of(ImageRecord record, IDisposable lease) =>
        new(record.Reference, record.Manifest, record.Config, [.. record.Config.DiffIds.Select(layers.FolderOf)]) { Lease = lease };

    private Release Hold(Digest manifest, IReadOnlyList<Digest> diffIds)
    {
        var (blobs, folders) = (registry.Pin(manifest), layers.Pin(diffIds));
        return new(() =>
        {
            blobs.Dispose();
            folders.Dispose();
        });
    }

    private string Reason(Exception failed) =>
        failed is IOException full && DiskReserve.IsFull(full) ? $"no space left on device: the disk that holds '{Options.Directory}' is full" : failed.Message;
}

public sealed record ImageStoreOptions
{
    /// <summary>The store's own folder; made where it does not exist, held by one process at a time.</summary>
    public required string Directory { get; init; }
    /// <summary>host:port of the engine's registry as references name it: "localhost:5000", "registry.kontrakt-system.svc:5000". Read without HTTP.</summary>
    public IReadOnlyCollection<string> OwnRegistries { get; init; } = [];
    /// <summary>How all other registries are reached.</summary>
    public RegistryOptions Registry { get; init; } = new();
    public LayerLimits Limits { get; init; } = new();
    /// <summary>Bytes of unpacked layers. Above it, those that no container uses are deleted, least recently used first.</summary>
    public long SizeLimit { get; init; } = 20L * 1024 * 1024 * 1024;
    /// <summary>What was used within this time is never deleted.</summary>
    public TimeSpan GraceTime { get; init; } = TimeSpan.FromHours(1);
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>An image that is unpacked on this machine, and stays there until this is disposed.</summary>
/// <param name="Reference">With the digest of the manifest that was used: what a pod's imageID says.</param>
/// <param name="Layers">Folders, the lowest layer first; overlayfs whiteouts and opaque marks in them.</param>
public sealed record ContainerImage(ImageReference Reference, Digest Digest, ImageConfig Config, IReadOnlyList<string> Layers) : IDisposable
{
    /// <summary>Keeps the layers from being pruned.</summary>
    internal IDisposable? Lease { get; init; }

    /// <summary>To be called when no container uses the layers any more; more than once does no harm.</summary>
    public void Dispose() => Lease?.Dispose();
}
