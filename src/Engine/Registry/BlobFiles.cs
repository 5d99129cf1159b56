using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Registry;

/// <summary>One file for each digest. Its time of modification is that of its last use.</summary>
public sealed class BlobFiles
{
    private readonly string directory;
    private readonly TimeProvider time;
    private readonly Lock gate;
    private readonly UnsavedBlobs unsaved;

    /// <param name="gate">Held while a file's use is noted and while one is deleted, so that what was just found is not deleted.</param>
    internal BlobFiles(string directory, UnsavedBlobs unsaved, TimeProvider time, Lock gate)
    {
        (this.directory, this.unsaved, this.time, this.gate) = (directory, unsaved, time, gate);
        unsaved.DropLost(PathOf);
    }

    /// <summary>Bytes; null when there is no such blob. Counts as use.</summary>
    public long? Find(Digest digest)
    {
        lock (gate)
        {
            var file = new FileInfo(PathOf(digest));
            if (!file.Exists)
                return null;
            file.LastWriteTimeUtc = time.GetUtcNow().UtcDateTime;
            return file.Length;
        }
    }

    /// <summary>Null when there is no such blob. Counts as use; what is open can be read to its end, also when it is deleted.</summary>
    public FileStream? Open(Digest digest)
    {
        lock (gate)
        {
            return Find(digest) is null ? null : new(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
    }

    /// <summary>Moves a complete and checked file to its place, unless another push has brought an equal one meanwhile.</summary>
    internal void Add(Digest digest, string file)
    {
        var path = PathOf(digest);
        lock (gate)
        {
            if (Find(digest) == new FileInfo(file).Length)
                return;
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? directory);
            File.SetLastWriteTimeUtc(file, time.GetUtcNow().UtcDateTime);
            unsaved.Add(digest);
            File.Move(file, path, overwrite: true);
        }
        unsaved.Save(digest, path);
    }

    internal DateTime? LastUse(Digest digest) => new FileInfo(PathOf(digest)) is { Exists: true } file ? file.LastWriteTimeUtc : null;

    /// <param name="unusedSince">Deletes only what was not used after.</param>
    internal bool Delete(Digest digest, DateTimeOffset unusedSince)
    {
        lock (gate)
        {
            var file = new FileInfo(PathOf(digest));
            if (!file.Exists || file.LastWriteTimeUtc > unusedSince.UtcDateTime)
                return false;
            file.Delete();
            return true;
        }
    }

    /// <summary>Null when there is no such blob, or it is larger. Does not count as use.</summary>
    internal byte[]? ReadAll(Digest digest, int limit)
    {
        var file = new FileInfo(PathOf(digest));
        return file.Exists && file.Length <= limit ? File.ReadAllBytes(file.FullName) : null;
    }

    internal IEnumerable<StoredBlob> All() =>
        from algorithm in new DirectoryInfo(directory).EnumerateDirectories()
        from folder in algorithm.EnumerateDirectories()
        from file in folder.EnumerateFiles()
        let digest = Digest.TryParse($"{algorithm.Name}:{file.Name}", out var parsed) ? parsed : (Digest?)null
        where digest is not null
        select new StoredBlob(digest.Value, file.Length, file.LastWriteTimeUtc);

    /// <summary>Two hex digits between, as folders of a hundred thousand files are slow to list.</summary>
    private string PathOf(Digest digest) => Path.Combine(directory, digest.Algorithm, digest.Hex[..2], digest.Hex);
}

internal sealed record StoredBlob(Digest Digest, long Size, DateTime LastUsed);
