using System.Diagnostics;

namespace Kontrakt.Clusters.Embedded;

/// <summary>
/// The process that a handshake names. The file may be older than the machine's last start, and by now the number a stranger's: only a process
/// that was started as the engine of that very folder counts as it.
/// </summary>
internal sealed class RunningEngine : IDisposable
{
    private readonly Process process;

    private string seen;

    private RunningEngine(Process process)
    {
        this.process = process;
        seen = Work();
    }

    /// <returns>null where it has ended, or is not one of this PID namespace.</returns>
    public static RunningEngine? Find(EngineHandshake handshake)
    {
        try
        {
            var process = Process.GetProcessById(handshake.Pid);
            if (File.ReadAllText($"/proc/{handshake.Pid}/cmdline").Contains($"\0{string.Join('\0', EngineProcess.Arguments(handshake.Directory))}\0", StringComparison.Ordinal))
                return new(process);
            process.Dispose();
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // There is none, or none that this user could have started.
        }
        return null;
    }

    public static bool IsThere(EngineHandshake handshake)
    {
        using var found = Find(handshake);
        return found is not null;
    }

    /// <summary>Whether it has been at work since the last time this was asked: it is not at work where it was stopped, or waits for something without end.</summary>
    public bool IsAtWork()
    {
        var before = seen;
        seen = Work();
        return seen.Length > 0 && seen != before;
    }

    /// <summary>What it has had of the processors; "" where it has ended.</summary>
    private string Work()
    {
        const int user = 11;
        const int system = 12;
        try
        {
            // The name, in parentheses, may hold spaces.
            var fields = File.ReadAllText($"/proc/{process.Id}/stat").Split(") ", 2)[^1].Split(' ');
            return $"{fields[user]} {fields[system]}";
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Waits for its end, and so for that of all its pods; or for the limit.</summary>
    public async Task WaitForEndAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
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
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    public void Dispose() => process.Dispose();
}
