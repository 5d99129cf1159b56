namespace Kontrakt.Clusters.Embedded;

/// <summary>
/// The process that a handshake names. The file may be older than the machine's last start, and by now the number a stranger's: only a process
/// that was started as the engine of that very folder is taken for it.
/// </summary>
internal sealed class RunningEngine(EngineHandshake handshake)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private readonly string commandLine = $"/proc/{handshake.Pid}/cmdline";
    private readonly string asEngine = $"\0{string.Join('\0', EngineProcess.Arguments(handshake.Directory))}\0";

    public bool IsThere
    {
        get
        {
            try
            {
                // Of a process that has ended and that nobody has waited for, nothing is to be read.
                return File.ReadAllText(commandLine).Contains(asEngine, StringComparison.Ordinal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>Waits for its end, or for the limit.</summary>
    public async Task WaitForEndAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        // The kernel tells parents only when a process ends.
        using var tries = new PeriodicTimer(Interval);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            while (IsThere)
                await tries.WaitForNextTickAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The limit is over; the caller goes on.
        }
    }

    /// <summary>Kills it, where it has not ended already.</summary>
    public void Kill()
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(handshake.Pid);
            if (IsThere)
                process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }
    }
}
