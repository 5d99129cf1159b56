using System.Collections.Concurrent;

namespace Kontrakt.Engine.Registry;

/// <summary>The uploads that are under way. They end with the process; their files are cleared by the next.</summary>
internal sealed class IncomingBlobs : IDisposable
{
    /// <summary>Each holds a file open.</summary>
    private const int Limit = 256;

    private readonly ConcurrentDictionary<string, IncomingBlob> uploads = new();
    private readonly BlobStoreOptions options;
    private readonly string directory;
    private readonly DiskReserve disk;

    public IncomingBlobs(string directory, BlobStoreOptions options, DiskReserve disk)
    {
        (this.directory, this.options, this.disk) = (directory, options, disk);
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        Directory.CreateDirectory(directory);
    }

    public IncomingBlob Begin(string repository)
    {
        DropForgotten();
        if (uploads.Count >= Limit)
            throw new DistributionException(429, "TOOMANYREQUESTS", $"{Limit} uploads are under way; finish or delete some");
        var id = Guid.NewGuid().ToString();
        var upload = new IncomingBlob(id, repository, NewFile(), disk) { LastUsed = options.Time.GetUtcNow() };
        uploads[id] = upload;
        return upload;
    }

    /// <exception cref="DistributionException">BLOB_UPLOAD_UNKNOWN.</exception>
    public IncomingBlob Find(string repository, string id)
    {
        if (!uploads.TryGetValue(id, out var upload) || upload.Repository != repository)
            throw DistributionException.UploadUnknown(id);
        upload.LastUsed = options.Time.GetUtcNow();
        return upload;
    }

    /// <summary>By who has its turn.</summary>
    public void End(IncomingBlob upload)
    {
        uploads.TryRemove(upload.Id, out _);
        upload.End();
    }

    /// <summary>A name for a file that does not survive the process unless it is moved.</summary>
    public string NewFile() => Path.Combine(directory, Guid.NewGuid().ToString("N"));

    public void DropForgotten()
    {
        var oldest = options.Time.GetUtcNow() - options.UploadLifetime;
        foreach (var upload in uploads.Values.Where(upload => upload.LastUsed < oldest && upload.TryEnd()))
            uploads.TryRemove(upload.Id, out _);
    }

    public void Dispose()
    {
        foreach (var upload in uploads.Values)
            upload.Dispose();
    }
}
