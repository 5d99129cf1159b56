using System.Collections.Concurrent;
using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Registry;

/// <summary>
/// Blobs that are not on disk yet, though they have their names: a push does not wait for the disk. Each has a small file that names the boot of
/// the machine. One of another boot means that the power failed before all was written: a name with half of its content would be trusted forever.
/// </summary>
internal sealed class UnsavedBlobs(string directory) : IDisposable
{
    /// <summary>Names this boot of the machine; "" where the system does not say.</summary>
    internal static readonly string Boot = File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id") : "";

    private readonly ConcurrentDictionary<Task, Digest> saving = new();

    /// <summary>Deletes the blobs that were not written to their end.</summary>
    public void DropLost(Func<Digest, string> pathOf)
    {
        foreach (var mark in Directory.CreateDirectory(directory).GetFiles())
        {
            if (File.ReadAllText(mark.FullName) != Boot && Digest.TryParse(mark.Name, out var digest) && File.Exists(pathOf(digest)))
                File.Delete(pathOf(digest));
            mark.Delete();
        }
    }

    /// <summary>Before the blob gets its name: file systems keep the order of the two.</summary>
    public void Add(Digest digest) => File.WriteAllText(PathOf(digest), Boot);

    /// <summary>Writes the blob to disk in the background.</summary>
    public void Save(Digest digest, string path)
    {
        var task = new Task(() => Flush(digest, path), TaskCreationOptions.LongRunning);
        saving[task] = digest;
        task.ContinueWith(done => saving.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        task.Start(TaskScheduler.Default);
    }

    /// <summary>Waits for what is being written.</summary>
    public void Dispose() => Task.WaitAll([.. saving.Keys]);

    private void Flush(Digest digest, string path)
    {
        try
        {
            using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
                RandomAccess.FlushToDisk(file);
            File.Delete(PathOf(digest));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // Pruned meanwhile, or a disk that fails: the mark stays, and after a power cut the blob has to be pushed again.
        }
    }

    private string PathOf(Digest digest) => Path.Combine(directory, digest.ToString());
}
