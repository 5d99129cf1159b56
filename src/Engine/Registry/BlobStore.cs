using System.Collections.Concurrent;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Registry;

/// <summary>
/// Content by digest, and what repositories and tags say of it, in a folder that outlives the process. Blobs belong to the store, not to a
/// repository: it has one user, and what one repository has, no other has to be sent.
/// </summary>
public sealed class BlobStore : IDisposable
{
    /// <summary>Bytes (distribution-spec, "Pushing Manifests").</summary>
    internal const int ManifestLimit = 4 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<Digest, int> pins = new();
    private readonly FileStream hold;
    private readonly UnsavedBlobs unsaved;
    private readonly DiskReserve disk;
    private readonly CancellationTokenSource stop = new();
    private Task pruning = Task.CompletedTask;
    private long? lastPrune;

    /// <summary>Takes hold of the folder and clears what a crash left in it.</summary>
    /// <exception cref="IOException">Another process holds it, or it cannot be written.</exception>
    public BlobStore(BlobStoreOptions options)
    {
        Options = options;
        Directory.CreateDirectory(options.Directory);
        hold = new(Path.Combine(options.Directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        disk = new(options.Directory, options.DiskReserveBytes);
        Uploads = new(Path.Combine(options.Directory, "uploads"), options, disk);
        unsaved = new(Path.Combine(options.Directory, "unsaved"));
        Blobs = new(Directory.CreateDirectory(Path.Combine(options.Directory, "blobs")).FullName, unsaved, options.Time, gate);
        Repositories = new(Directory.CreateDirectory(Path.Combine(options.Directory, "repositories")).FullName, Uploads.NewFile, gate);
    }

    public BlobStoreOptions Options { get; }
    public BlobFiles Blobs { get; }
    public Repositories Repositories { get; }
    internal IncomingBlobs Uploads { get; }

    /// <summary>A manifest by tag or digest; null when the repository has no such one. Counts as use.</summary>
    public (Digest Digest, ManifestContent Content)? FindManifest(string repository, string tagOrDigest)
    {
        lock (gate)
        {
            var digest = Digest.TryParse(tagOrDigest, out var parsed) ? parsed : Repositories.FindTag(repository, tagOrDigest);
            if (digest is null || Repositories.FindManifest(repository, digest.Value) is not { } mediaType)
                return null;
            using var file = Blobs.Open(digest.Value);
            if (file is null)
                return null;
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return (digest.Value, new(mediaType, bytes));
        }
    }

    /// <param name="tag">Null for a manifest that is known by its digest alone.</param>
    /// <param name="digest">Its own, by whichever algorithm it is to be known.</param>
    /// <exception cref="DistributionException">It is not a manifest, or refers to what does not exist.</exception>
    internal ManifestFacts PutManifest(string repository, string? tag, Digest digest, ManifestContent content)
    {
        var facts = Read(content);
        var file = Uploads.NewFile();
        try
        {
            disk.Take(content.Bytes.Length);
            File.WriteAllBytes(file, content.Bytes.Span);
            lock (gate)
            {
                CheckReferences(repository, facts);
                Blobs.Add(digest, file);
                Repositories.Add(repository, digest, content.MediaType, facts.Subject);
                if (tag is not null)
                    Repositories.SetTag(repository, tag, digest);
            }
            return facts;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A tag alone, or a manifest with all its tags.</summary>
    /// <returns>False when there was none.</returns>
    internal bool DeleteManifest(string repository, string tagOrDigest)
    {
        if (!Digest.TryParse(tagOrDigest, out var digest))
            return Repositories.DeleteTag(repository, tagOrDigest);
        var subject = FindManifest(repository, tagOrDigest) is { } found ? Read(found.Content).Subject : null;
        return Repositories.DeleteManifest(repository, digest, subject);
    }

    /// <summary>Keeps a manifest and all it refers to from being pruned until disposed.</summary>
    public IDisposable Pin(Digest manifest)
    {
        lock (gate)
            pins.AddOrUpdate(manifest, 1, (_, count) => count + 1);
        return new Release(() => pins.AddOrUpdate(manifest, 0, (_, count) => count - 1));
    }

    /// <summary>Deletes what nothing refers to and nobody used of late, until the store is within its limit.</summary>
    /// <returns>Bytes that were deleted, and bytes that are left: more than the limit where all of it is in use.</returns>
    public (long Deleted, long Left) Prune(CancellationToken cancellationToken)
    {
        Uploads.DropForgotten();
        return new BlobPruner(this).Prune(cancellationToken);
    }

    /// <summary>Prunes in the background, unless it was done a minute ago. What fails of it is tried again after the next push.</summary>
    internal void PruneSoon()
    {
        var now = Options.Time.GetTimestamp();
        lock (gate)
        {
            if (!pruning.IsCompleted || (lastPrune is { } last && Options.Time.GetElapsedTime(last, now) < TimeSpan.FromMinutes(1)))
                return;
            lastPrune = now;
            pruning = Task.Run(() => Prune(stop.Token), stop.Token);
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        // Its failure is not this one's.
        Task.WhenAny(pruning).Wait();
        stop.Dispose();
        unsaved.Dispose();
        Uploads.Dispose();
        hold.Dispose();
    }

    internal static ManifestFacts Read(ManifestContent content)
    {
        try
        {
            return ManifestFacts.Of(content);
        }
        catch (FormatException invalid)
        {
            throw DistributionException.ManifestInvalid(invalid.Message);
        }
    }

    /// <summary>For looking through all manifests: it does not count as use, and what cannot be read is null.</summary>
    internal ManifestFacts? Read(string repository, Digest digest)
    {
        try
        {
            return Repositories.FindManifest(repository, digest) is { } mediaType && Blobs.ReadAll(digest, ManifestLimit) is { } bytes ? ManifestFacts.Of(new(mediaType, bytes)) : null;
        }
        catch (FormatException)
        {
            // Was written by another version, or by a failing disk: nothing can be learnt from it.
            return null;
        }
    }

    internal bool IsPinned(Digest manifest) => pins.GetValueOrDefault(manifest) > 0;

    /// <summary>Takes a manifest out of its repositories, unless it was used, tagged or pinned since that was looked at.</summary>
    internal bool ForgetUntagged(Digest manifest, Digest? subject, IReadOnlyList<string> repositories, DateTimeOffset unusedSince)
    {
        lock (gate)
        {
            if (IsPinned(manifest) || Blobs.LastUse(manifest) > unusedSince.UtcDateTime)
                return false;
            foreach (var repository in repositories)
                Repositories.DeleteManifest(repository, manifest, subject);
            return true;
        }
    }

    /// <summary>Finding counts as use: none of it is pruned before the manifest is written.</summary>
    private void CheckReferences(string repository, ManifestFacts facts)
    {
        foreach (var blob in facts.Blobs)
        {
            var size = Blobs.Find(blob.Digest) ?? throw Missing(blob);
            if (size != blob.Size)
                throw DistributionException.ManifestInvalid($"the manifest says that blob {blob.Digest} has {blob.Size} bytes, and it has {size}");
        }
        foreach (var manifest in facts.Manifests)
        {
            if (Blobs.Find(manifest.Digest) is null || Repositories.FindManifest(repository, manifest.Digest) is null)
                throw Missing(manifest);
        }
    }

    private static DistributionException Missing(Descriptor descriptor) =>
        new(400, "MANIFEST_BLOB_UNKNOWN", "manifest references a manifest or blob unknown to registry", descriptor.Digest.ToString());
}
