using Kontrakt.Context.Ignoring;
using Kontrakt.Context.Indexing;
using Kontrakt.Context.Scanning;
using Kontrakt.Diagnostics;

namespace Kontrakt.Context;

/// <summary>The folder of a request, to be looked at once or again. What was read of it is remembered, whatever comes of the push.</summary>
internal sealed class ContextFolder
{
    private readonly ContextRequest _request;
    private readonly IRunLog _log;
    private readonly HashIndexFile? _file;
    private readonly Task<Remembered> _index;

    /// <param name="Lag">By how much the clock of the file system is behind.</param>
    private sealed record Remembered(HashIndex Index, long Lag);

    /// <exception cref="KontraktException">There is no such folder.</exception>
    public ContextFolder(ContextRequest request, IRunLog log)
    {
        (_request, _log) = (request, log);
        ContextScan.Require(request.Directory);
        // Made before anything is looked at, so that it is known by whatever name it is met.
        if (request.StateDirectory is { } state && TryState(() => Directory.CreateDirectory(state).Exists) is true)
            _file = new(state, request.Directory, request.Time);
        // Beside the scan: both take about as long.
        _index = _file is null ? Task.FromResult(new Remembered(new(), 0)) : Task.Run(() => ReadIndex(_file));
    }

    /// <exception cref="KontraktException">All that cannot be part of a context.</exception>
    /// <exception cref="ContextChangedException">Files that changed while they were read.</exception>
    public async Task<ContextSnapshot> LookAsync(CancellationToken cancellationToken)
    {
        var began = _file?.Clock() ?? 0;
        var scan = Task.Run(Scan, cancellationToken);
        await Task.WhenAll(scan, _index);
        var (found, index) = (await scan, (await _index).Index);
        try
        {
            return await Task.Run(() => ContextSnapshot.Take(found, index, began - _index.Result.Lag, cancellationToken), cancellationToken);
        }
        finally
        {
            if (_file is not null)
                TryState(() => _file.Write(index));
        }
    }

    private IReadOnlyList<ScannedPath> Scan()
    {
        var rules = IgnoreFile.Read(_request.Directory, _request.Dockerfile, _request.LeaveOutBuilds);
        var (found, special) = ContextScan.Run(new(_request.Directory, _request.StateDirectory, _request.FollowLinks, rules));
        foreach (var path in special)
            _log.Report(new RunEvent.Progress($"context: '{path}' is a socket, a pipe or a device, and left out"));
        return found;
    }

    private Remembered ReadIndex(HashIndexFile file)
    {
        var index = file.Read(out var why);
        if (why is not null)
            _log.Report(new RunEvent.Detail($"context: every file is read, for the index of '{_request.Directory}' is not used: {why}"));
        // Without it no file counts as old enough to be remembered.
        return new(index, TryState(file.Lag) ?? int.MaxValue * 1_000_000_000L);
    }

    /// <summary>A folder that may only be read can be pushed all the same; it is read each time. Null where that is so.</summary>
    private T? TryState<T>(Func<T> use) where T : struct
    {
        try
        {
            return use();
        }
        catch (Exception refused) when (ContextProblems.IsRefusal(refused))
        {
            _log.Report(new RunEvent.Progress($"context: hashes are not remembered in '{_request.StateDirectory}', so that every file is read: {refused.Message}"));
            return null;
        }
    }
}
