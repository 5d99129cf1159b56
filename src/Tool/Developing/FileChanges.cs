using System.Security.Cryptography;
using System.Threading.Channels;
using Kontrakt.Diagnostics;

namespace Kontrakt.Tool.Developing;

/// <summary>Says which files change in some folders. A file that is written with what was in it before, as builds and editors do, has not changed.</summary>
internal sealed class FileChanges : IDisposable
{
    /// <summary>Editors and git write several files for one change.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>A larger file counts as changed whenever it is written.</summary>
    private const long LargestCompared = 16 * 1024 * 1024;

    private readonly Dictionary<string, (FileSystemWatcher Watcher, bool Deep)> _watchers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _contents = new(StringComparer.Ordinal);
    private readonly Channel<(string? Path, bool Surely)> _events = Channel.CreateUnbounded<(string?, bool)>();
    private readonly Channel<string?> _changes = Channel.CreateUnbounded<string?>();
    private readonly Func<string, bool> _isOwn;

    /// <param name="isOwn">What this program and builds write.</param>
    public FileChanges(Func<string, bool> isOwn)
    {
        _isOwn = isOwn;
        // Compared as they come: what is undone while a run goes on has changed twice.
        _ = Task.Run(CompareAsync);
    }

    /// <summary>Watches these folders, and no others any more.</summary>
    /// <param name="folders">By full path; whether folders below count as well.</param>
    /// <exception cref="KontraktException">KTR1175: the system watches no more.</exception>
    public void Watch(IReadOnlyDictionary<string, bool> folders)
    {
        var old = _watchers.Where(each => !folders.TryGetValue(each.Key, out var deep) || deep != each.Value.Deep).ToList();
        foreach (var each in old)
            _watchers.Remove(each.Key);
        foreach (var (folder, deep) in folders.Where(each => !_watchers.ContainsKey(each.Key)).ToList())
            _watchers[folder] = (Start(folder, deep), deep);
        foreach (var each in old)
            each.Value.Watcher.Dispose();
    }

    /// <summary>Waits for changes, and until no more come for a moment.</summary>
    /// <returns>Full paths; a null among them: more may have changed than is known.</returns>
    /// <exception cref="KontraktException">KTR1175: a folder is not watched any more.</exception>
    public async Task<IReadOnlyCollection<string?>> NextAsync(CancellationToken cancellationToken)
    {
        var changed = new HashSet<string?> { await _changes.Reader.ReadAsync(cancellationToken) };
        using var longest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        longest.CancelAfter(Longest);
        while (await MoreAsync(longest.Token))
            while (_changes.Reader.TryRead(out var path))
                changed.Add(path);
        cancellationToken.ThrowIfCancellationRequested();
        return changed;
    }

    public void Dispose()
    {
        foreach (var (watcher, _) in _watchers.Values)
            watcher.Dispose();
        _events.Writer.TryComplete();
    }

    private async Task<bool> MoreAsync(CancellationToken longest)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(longest);
        quiet.CancelAfter(Quiet);
        try
        {
            return await _changes.Reader.WaitToReadAsync(quiet.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task CompareAsync()
    {
        try
        {
            await foreach (var (path, surely) in _events.Reader.ReadAllAsync())
                if (path is null || surely || HasChanged(path))
                    _changes.Writer.TryWrite(path);
        }
        catch (Exception e)
        {
            _changes.Writer.TryComplete(e);
            return;
        }
        _changes.Writer.TryComplete();
    }

    private bool HasChanged(string path)
    {
        if (Directory.Exists(path))
            return false; // Its time is another, since something in it is.
        var content = Content(path);
        var changed = content is null || !_contents.TryGetValue(path, out var before) || before != content;
        _contents[path] = content ?? "";
        return changed;
    }

    /// <summary>Null: not to be compared.</summary>
    private static string? Content(string path)
    {
        try
        {
            var file = new FileInfo(path);
            // What has no length may be a pipe, which nobody may ever write to.
            if (!file.Exists || file.Length == 0)
                return file.Exists ? "empty" : "none";
            if (file.Length > LargestCompared)
                return null;
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private FileSystemWatcher Start(string folder, bool deep)
    {
        try
        {
            var watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = deep,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
                InternalBufferSize = 64 * 1024,
            };
            // What is in a folder that is new, or moved, may have no events of its own.
            watcher.Created += (_, e) => Note(e.FullPath, surely: Directory.Exists(e.FullPath));
            watcher.Changed += (_, e) => Note(e.FullPath, surely: false);
            watcher.Deleted += (_, e) => Note(e.FullPath, surely: false);
            watcher.Renamed += (_, e) =>
            {
                Note(e.OldFullPath, surely: Directory.Exists(e.FullPath));
                Note(e.FullPath, surely: Directory.Exists(e.FullPath));
            };
            watcher.Error += (_, e) => Fail(folder, e.GetException());
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Ktr.WatchFailed.Error(e, null, folder, e.Message.TrimEnd('.'));
        }
    }

    /// <summary>Of too many events at once some are lost; of too many folders some are not watched.</summary>
    private void Fail(string folder, Exception e)
    {
        if (e is InternalBufferOverflowException)
            _events.Writer.TryWrite((null, true));
        else
            _changes.Writer.TryComplete(Ktr.WatchFailed.Error(e, null, folder, e.Message.TrimEnd('.')));
    }

    private void Note(string path, bool surely)
    {
        if (!_isOwn(path))
            _events.Writer.TryWrite((path, surely));
    }
}
