using System.Collections.Concurrent;
using Kontrakt.Engine.Registry;
using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>
/// Unpacked layers, each in a folder named by the digest of its archive. A folder of that name is complete: it was unpacked under another name
/// and moved when it was right.
/// </summary>
internal sealed class LayerStore : IDisposable
{
    private const string Files = "fs";
    private const string Notes = "notes.json";
    /// <summary>Names the boot of the machine in which the layer was unpacked, until all of it is on disk.</summary>
    private const string Unsaved = "unsaved";

    private readonly ImageStoreOptions options;
    private readonly string layers;
    private readonly string unpacking;
    private readonly ConcurrentDictionary<Digest, SemaphoreSlim> turns = new();
    private readonly Dictionary<Digest, int> pins = [];
    private readonly Lock gate = new();
    private Task saving = Task.CompletedTask;

    public LayerStore(ImageStoreOptions options)
    {
        this.options = options;
        // How whiteouts and opaque folders are marked depends on who mounts them.
        layers = Path.Combine(options.Directory, "layers", OverlayMarks.OfThisProcess.Kind);
        unpacking = Path.Combine(options.Directory, "unpacking");
        FolderTree.Delete(unpacking);
        foreach (var folder in new[] { options.Directory, layers, unpacking })
            // Set-id files of images are below: nobody else may come near them.
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var home in Directory.EnumerateDirectories(layers).Where(WasCutOff).ToArray())
            FolderTree.Delete(TakeAway(home));
    }

    public string FolderOf(Digest diffId) => Path.Combine(HomeOf(diffId), Files);

    /// <summary>Keeps a layer from being pruned, there or not, until disposed.</summary>
    public IDisposable Pin(IReadOnlyList<Digest> diffIds)
    {
        lock (gate)
        {
            foreach (var diffId in diffIds)
                pins[diffId] = pins.GetValueOrDefault(diffId) + 1;
        }
        return new Release(() => Unpin(diffIds));
    }

    public bool Has(Digest diffId) => Directory.Exists(HomeOf(diffId));

    /// <summary>Unpacks a layer unless it exists. Those who want the same one wait for each other.</summary>
    /// <param name="open">Its packed bytes, from the start.</param>
    /// <returns>True when it had to be unpacked.</returns>
    /// <exception cref="LayerException">Its content is not what it should be.</exception>
    public async Task<bool> EnsureAsync(Digest diffId, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        var turn = turns.GetOrAdd(diffId, _ => new(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            var missing = !Has(diffId);
            if (missing)
                await UnpackAsync(diffId, open, cancellationToken);
            MarkUsed(diffId);
            return missing;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Kept as the time of the notes, which nothing else changes.</summary>
    public void MarkUsed(Digest diffId) => File.SetLastWriteTimeUtc(Path.Combine(HomeOf(diffId), Notes), options.Time.GetUtcNow().UtcDateTime);

    /// <summary>Deletes the least recently used layers that no container uses, until the rest is within the limit.</summary>
    /// <returns>Bytes that were deleted, and bytes that are left.</returns>
    public (long Deleted, long Left) Prune(CancellationToken cancellationToken)
    {
        var oldest = (options.Time.GetUtcNow() - options.GraceTime).UtcDateTime;
        var all = Directory.GetDirectories(layers).Select(home => (home, used: File.GetLastWriteTimeUtc(Path.Combine(home, Notes)), bytes: SizeOf(home))).ToArray();
        var (left, deleted) = (all.Sum(layer => layer.bytes), 0L);
        foreach (var (home, _, bytes) in all.Where(layer => layer.used <= oldest).OrderBy(layer => layer.used))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (left <= options.SizeLimit)
                break;
            if (!TryRemove(home))
                continue;
            left -= bytes;
            deleted += bytes;
        }
        return (deleted, left);
    }

    public void Dispose()
    {
        saving.Wait();
        foreach (var turn in turns.Values)
            turn.Dispose();
    }

    private async Task UnpackAsync(Digest diffId, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        var home = Path.Combine(unpacking, Guid.NewGuid().ToString("N"));
        try
        {
            var folder = Directory.CreateDirectory(Path.Combine(home, Files)).FullName;
            File.SetUnixFileMode(folder, (UnixFileMode)0x1ED);
            LayerNotes notes;
            await using (var source = await open(cancellationToken))
                notes = await LayerUnpacker.UnpackAsync(source, folder, diffId, options.Limits, cancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(home, Notes), notes.ToBytes(), cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(home, Unsaved), UnsavedBlobs.Boot, cancellationToken);
            Directory.Move(home, HomeOf(diffId));
            var save = Task.Run(() => Save(HomeOf(diffId)), CancellationToken.None);
            lock (gate)
                saving = Task.WhenAll(saving, save);
        }
        catch
        {
            FolderTree.Delete(home);
            throw;
        }
    }

    /// <summary>A power cut while a layer's files were still in memory may have left them empty; the end of the process alone has not.</summary>
    private static bool WasCutOff(string home) => File.Exists(Path.Combine(home, Unsaved)) && File.ReadAllText(Path.Combine(home, Unsaved)) != UnsavedBlobs.Boot;

    private static void Save(string home)
    {
        try
        {
            using (var folder = FolderTree.Open(home))
            {
                if (LinuxFiles.Flush(folder) != 0)
                    return;
            }
            File.Delete(Path.Combine(home, Unsaved));
        }
        catch (IOException)
        {
            // The layer was pruned meanwhile; else it stays marked, which costs no more than unpacking it again after the machine's next start.
        }
    }

    private bool TryRemove(string home)
    {
        string doomed;
        lock (gate)
        {
            if (!Digest.TryParse($"sha256:{Path.GetFileName(home)}", out var diffId) || pins.ContainsKey(diffId))
                return false;
            doomed = TakeAway(home);
        }
        FolderTree.Delete(doomed);
        return true;
    }

    /// <summary>Out of its place at once; to delete it may take its time, or be left to the next start.</summary>
    private string TakeAway(string home)
    {
        var doomed = Path.Combine(unpacking, Guid.NewGuid().ToString("N"));
        Directory.Move(home, doomed);
        return doomed;
    }

    private static long SizeOf(string home) =>
        Path.Combine(home, Notes) is var notes && File.Exists(notes) ? LayerNotes.TryParse(File.ReadAllBytes(notes))?.Bytes ?? 0 : 0;

    private string HomeOf(Digest diffId) => Path.Combine(layers, diffId.Hex);

    private void Unpin(IReadOnlyList<Digest> diffIds)
    {
        lock (gate)
        {
            foreach (var diffId in diffIds)
            {
                if (--pins[diffId] == 0)
                    pins.Remove(diffId);
            }
        }
    }
}
