using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Registry;

/// <summary>
/// Deletes until the store is within its limit, the least recently used first: blobs that no manifest refers to, then manifests that have no
/// tag, each with what it alone refers to. Never what a tag leads to, what a pod runs, what refers to either, or what was used of late.
/// </summary>
internal sealed class BlobPruner(BlobStore store)
{
    private readonly Dictionary<Digest, int> uses = [];
    private long bytes;

    /// <returns>Bytes that were deleted, and bytes that are left.</returns>
    public (long Deleted, long Left) Prune(CancellationToken cancellationToken)
    {
        var blobs = store.Blobs.All().ToDictionary(blob => blob.Digest);
        bytes = blobs.Values.Sum(blob => blob.Size);
        var before = bytes;
        if (bytes <= store.Options.SizeLimit)
            return (0, bytes);
        var oldest = store.Options.Time.GetUtcNow() - store.Options.GraceTime;
        var references = new References(store);
        var untagged = Untagged(references, blobs, oldest.UtcDateTime);

        Delete(blobs.Values.Where(blob => !uses.ContainsKey(blob.Digest)), oldest, cancellationToken);
        foreach (var closure in untagged)
        {
            if (bytes <= store.Options.SizeLimit)
                break;
            cancellationToken.ThrowIfCancellationRequested();
            var free = closure.Where(digest => --uses[digest] == 0).ToArray();
            Delete([.. free.Where(digest => TryForget(references, digest, oldest)).Select(digest => blobs.GetValueOrDefault(digest)).OfType<StoredBlob>()], oldest, cancellationToken);
        }
        return (before - bytes, bytes);
    }

    /// <summary>Counts who is in use by whom, and gives those manifests with all they use that may go, the least recently used first.</summary>
    private HashSet<Digest>[] Untagged(References references, Dictionary<Digest, StoredBlob> blobs, DateTime oldest)
    {
        var manifests = references.Places.Select(place => place.Manifest).ToHashSet();
        bool IsKept(Digest manifest) => references.Tagged.Contains(manifest) || store.IsPinned(manifest) || LastUsed(manifest) > oldest;
        DateTime LastUsed(Digest manifest) => blobs.GetValueOrDefault(manifest)?.LastUsed ?? default;

        var inUse = manifests.Where(IsKept).SelectMany(manifest => Count(references, manifest)).ToHashSet();
        var others = manifests.Except(inUse).Select(manifest => (manifest, closure: references.Closure(manifest))).ToArray();
        // A manifest of an index goes with its index.
        var inner = others.SelectMany(other => other.closure.Where(digest => digest != other.manifest)).ToHashSet();
        var outer = others.Where(other => !inner.Contains(other.manifest)).OrderBy(other => LastUsed(other.manifest));
        return [.. outer.Select(other => Count(references, other.manifest))];
    }

    private HashSet<Digest> Count(References references, Digest manifest)
    {
        var closure = references.Closure(manifest);
        foreach (var digest in closure)
            uses[digest] = uses.GetValueOrDefault(digest) + 1;
        return closure;
    }

    /// <summary>True for what is not a manifest, or is one in no repository any more.</summary>
    private bool TryForget(References references, Digest digest, DateTimeOffset oldest)
    {
        var repositories = references.RepositoriesOf(digest);
        return repositories.Count == 0 || store.ForgetUntagged(digest, references.SubjectOf(digest), repositories, oldest);
    }

    private void Delete(IEnumerable<StoredBlob> blobs, DateTimeOffset oldest, CancellationToken cancellationToken)
    {
        foreach (var blob in blobs.OrderBy(blob => blob.LastUsed))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (bytes <= store.Options.SizeLimit)
                return;
            if (store.Blobs.Delete(blob.Digest, oldest))
                bytes -= blob.Size;
        }
    }
}
