using System.Collections.Concurrent;

namespace Kontrakt.Engine.Registry;

/// <summary>The uploads that are under way. They end with the process; their files are cleared by the next.</summary>
internal sealed class BlobUploads : IDisposable
{
    /// <summary>Each holds a file open.</summary>
    private const int Limit = 256;

    private readonly ConcurrentDictionary<string, BlobUpload> uploads = new();
    private readonly BlobStoreOptions options;
    private readonly string directory;

    public BlobUploads(string directory, BlobStoreOptions options)
    {
        (this.directory, this.options) = (directory, options);
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        Directory.CreateDirectory(directory);
    }

    public BlobUpload Begin(string repository)
    {
        DropForgotten();
        if (uploads.Count >= Limit)
            throw new DistributionException(429, "TOOMANYREQUESTS", $"{Limit} uploads are under way; finish or delete some");
        var id = Guid.NewGuid().ToString();
        var upload = new BlobUpload(id, repository, NewFile(), options.DiskReserveBytes) { LastUsed = options.Time.GetUtcNow() };
        uploads[id] = upload;
        return upload;
    }

    /// <exception cref="DistributionException">BLOB_UPLOAD_UNKNOWN.</exception>
    public BlobUpload Find(string repository, string id)
    {
        if (!uploads.TryGetValue(id, out var upload) || upload.Repository != repository)
            throw DistributionException.UploadUnknown(id);
        upload.LastUsed = options.Time.GetUtcNow();
        return upload;
    }

    /// <summary>By who has its turn.</summary>
    public void End(BlobUpload upload)
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
