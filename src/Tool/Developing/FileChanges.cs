using System.Security.Cryptography;
using System.Threading.Channels;
using Kontrakt.Diagnostics;

namespace Kontrakt.Tool.Developing;

/// <summary>Says which files change in some folders. A file that is written with what was in it before, as builds and editors do, has not changed.</summary>
/// <param name="isOwn">What this program and builds write.</param>
internal sealed class FileChanges(Func<string, bool> isOwn) : IDisposable
{
    /// <summary>Editors and git write several files for one change.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, FileSystemWatcher> _watchers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _contents = new(StringComparer.Ordinal);
    private readonly Channel<string?> _events = Channel.CreateUnbounded<string?>();

    /// <summary>Watches these folders, and no others any more.</summary>
    /// <exception cref="KontraktException">KTR1175: the system watches no more.</exception>
    public void Watch(IReadOnlyCollection<string> folders)
    {
        foreach (var gone in _watchers.Keys.Except(folders).ToList())
        {
            _watchers[gone].Dispose();
            _watchers.Remove(gone);
        }
        foreach (var folder in folders.Except(_watchers.Keys).ToList())
            _watchers[folder] = Start(folder);
    }

    /// <summary>Waits for changes, and until no more come for a moment.</summary>
    /// <returns>Full paths; a null among them: more may have changed than is known.</returns>
    public async Task<IReadOnlyCollection<string?>> NextAsync(CancellationToken cancellationToken)
    {
        var changed = new HashSet<string?>();
        while (changed.Count == 0)
        {
            Take(await _events.Reader.ReadAsync(cancellationToken), changed);
            using var longest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            longest.CancelAfter(Longest);
            while (await MoreAsync(longest.Token))
                while (_events.Reader.TryRead(out var path))
                    Take(path, changed);
            cancellationToken.ThrowIfCancellationRequested();
        }
        return changed;
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers.Values)
            watcher.Dispose();
    }

    private async Task<bool> MoreAsync(CancellationToken longest)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(longest);
        quiet.CancelAfter(Quiet);
        try
        {
            return await _events.Reader.WaitToReadAsync(quiet.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Take(string? path, HashSet<string?> changed)
    {
        if (path is null || HasChanged(path))
            changed.Add(path);
    }

    private bool HasChanged(string path)
    {
        if (Directory.Exists(path))
            return false; // What is in it has events of its own.
        var content = Content(path);
        var changed = !_contents.TryGetValue(path, out var before) || before != content;
        _contents[path] = content;
        return changed;
    }

    private static string Content(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e is FileNotFoundException or DirectoryNotFoundException ? "" : Guid.NewGuid().ToString();
        }
    }

    private FileSystemWatcher Start(string folder)
    {
        try
        {
            var watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
                InternalBufferSize = 64 * 1024,
            };
            watcher.Created += (_, e) => Note(e.FullPath);
            watcher.Changed += (_, e) => Note(e.FullPath);
            watcher.Deleted += (_, e) => Note(e.FullPath);
            watcher.Renamed += (_, e) =>
            {
                Note(e.OldFullPath);
                Note(e.FullPath);
            };
            watcher.Error += (_, _) => _events.Writer.TryWrite(null);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Ktr.WatchFailed.Error(e, null, folder, e.Message.TrimEnd('.'));
        }
    }

    private void Note(string path)
    {
        if (!isOwn(path))
            _events.Writer.TryWrite(path);
    }
}
