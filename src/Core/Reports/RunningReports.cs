using System.Diagnostics;
using System.Threading.Channels;
using Kontrakt.Diagnostics;
using Kontrakt.Settings;

namespace Kontrakt.Reports;

/// <summary>
/// The reports of a run that goes on, so that one whose process is killed has them: written when it begins, and renewed in the background as its
/// kontrakts end. Never two at once: what ends during a write is in the next. After each there is a pause nine times as long, so that they
/// cost a tenth of a processor at most, and a slow disk holds up nothing. The run's last reports are written by who ends it, after this.
/// A log that passes events on.
/// </summary>
public sealed class RunningReports : IRunLog, IAsyncDisposable
{
    private const int Pause = 9;

    // One that waits means all that have ended since the last write began.
    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _end = new();
    private readonly IRunLog _log;
    private readonly Task _writing;

    /// <param name="write">Writes the reports; null where none are asked for.</param>
    internal RunningReports(IRunLog log, Action<CancellationToken>? write)
    {
        _log = log;
        _writing = write is null ? Task.CompletedTask : Task.Run(() => WriteAsync(write));
    }

    /// <summary>Writes the reports that the settings ask for, in the place of an earlier run's.</summary>
    /// <param name="run">The run's id, or null as long as it is not known.</param>
    /// <param name="reported">What has been reported by now.</param>
    /// <param name="log">Where events go on to.</param>
    public static RunningReports Begin(KontraktSettings settings, Func<string?> run, Func<IEnumerable<Diagnostic>> reported, IRunLog log)
    {
        if (!RunReports.AreAskedFor(settings))
            return new(log, null);
        foreach (var path in new[] { settings.JUnit, settings.Trx, settings.Html, settings.Markdown }.OfType<string>())
            ReportFile.RemoveLeftovers(path);
        Write(CancellationToken.None);
        return new(log, Write);

        void Write(CancellationToken cancellationToken) => RunReports.Write(settings, run(), reported(), ended: false, log, cancellationToken);
    }

    public void Report(RunEvent runEvent)
    {
        _log.Report(runEvent);
        if (runEvent is RunEvent.KontraktEnded)
            Renew();
    }

    /// <summary>Has the reports written again, soon.</summary>
    public void Renew() => _wanted.Writer.TryWrite(true);

    /// <summary>Ends the writing; a write that goes on is given up.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _writing;
        _end.Dispose();
    }

    private async Task WriteAsync(Action<CancellationToken> write)
    {
        try
        {
            await foreach (var _ in _wanted.Reader.ReadAllAsync(_end.Token))
            {
                var clock = Stopwatch.StartNew();
                write(_end.Token);
                await Task.Delay(clock.Elapsed * Pause, _end.Token);
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // Who ends the run writes the last ones.
        }
    }
}
