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
    private readonly Task<RememberedIndex> _remembered;

    /// <param name="File">Null where nothing is to be remembered.</param>
    /// <param name="Lag">By how much the clock of the file system is behind.</param>
    private sealed record RememberedIndex(HashIndexFile? File, HashIndex Index, long Lag);

    /// <exception cref="KontraktException">There is no such folder.</exception>
    public ContextFolder(ContextRequest request, IRunLog log)
    {
        (_request, _log) = (request, log);
        ContextScan.Require(request.Directory);
        // Made before anything is looked at, so that it is known by whatever name it is met.
        var remembers = request.StateDirectory is { } state && TryState(() => StateFolder.Make(state, request.Directory));
        // Beside the scan: both take about as long.
        _remembered = remembers ? Task.Run(ReadIndex) : Task.FromResult(new RememberedIndex(null, new(), 0));
    }

    /// <exception cref="KontraktException">All that cannot be part of a context.</exception>
    /// <exception cref="ContextChangedException">Files that changed while they were read.</exception>
    public Task<ContextSnapshot> LookAsync(CancellationToken cancellationToken) => Task.Run(() => Look(cancellationToken), cancellationToken);

    private ContextSnapshot Look(CancellationToken cancellationToken)
    {
        var began = HashIndexFile.Clock(_request.Time);
        var found = Scan();
        // It has been read meanwhile, or is nearly.
        var (file, index, lag) = _remembered.GetAwaiter().GetResult();
        try
        {
            return ContextSnapshot.Take(found, index, began - lag, cancellationToken);
        }
        finally
        {
            if (file is not null)
                TryState(() => file.Write(index));
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

    private RememberedIndex ReadIndex()
    {
        var file = new HashIndexFile(_request.StateDirectory ?? "", _request.Directory, _request.Time);
        var index = file.Read(out var why);
        if (why is not null)
            _log.Report(new RunEvent.Detail($"context: every file is read, for the index of '{_request.Directory}' is not used: {why}"));
        // Without it no file counts as old enough to be remembered.
        var lag = int.MaxValue * 1_000_000_000L;
        TryState(() => lag = file.Lag());
        return new(file, index, lag);
    }

    /// <summary>A folder that may only be read can be pushed all the same; it is read each time. </summary>
    private bool TryState(Action use)
    {
        try
        {
            use();
            return true;
        }
        catch (Exception refused) when (ContextProblems.IsRefusal(refused))
        {
            _log.Report(new RunEvent.Progress($"context: hashes are not remembered in '{_request.StateDirectory}', so that every file is read: {refused.Message}"));
            return false;
        }
    }
}
