using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Kontrakt.Diagnostics;
using Kontrakt.Runs;
using Kontrakt.Settings;

namespace Kontrakt.Reports;

/// <summary>
/// A run as it is reported, from its beginning to its end: a log that passes on each diagnostic once, and the report files that the settings ask for.
/// They are written when the run begins, in the place of an earlier run's, and renewed in the background as its kontrakts end, so that one whose process
/// is killed has them. Never two at once: what ends during a write is in the next. After each there is a pause nine times as long, so that they cost a
/// tenth of a processor at most, and a slow disk holds up nothing.
/// </summary>
public sealed class ReportedRun(IRunLog log) : IRunLog, IAsyncDisposable
{
    private const int Pause = 9;

    // One that waits means all that have ended since the last write began.
    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Diagnostic, bool> _seen = new();
    private readonly ConcurrentQueue<Diagnostic> _diagnostics = new();
    private volatile RunStore? _run;
    private Task _writing = Task.CompletedTask;

    /// <summary>How who reads it knows the settings.</summary>
    public SettingNames Names { get; set; } = SettingNames.Properties;

    /// <summary>Everything reported so far, each once.</summary>
    public IReadOnlyCollection<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>The record of the run as it is now; null as long as there is none.</summary>
    public RunRecord? Record => _run is { Record: var record } ? Names.In(record) : null;

    /// <summary>The run's folder; null as long as there is none.</summary>
    public string? Folder => _run?.Folder;

    public void Report(RunEvent runEvent)
    {
        runEvent = Names.In(runEvent);
        if (runEvent is RunEvent.Reported { Diagnostic: var diagnostic })
        {
            if (!_seen.TryAdd(diagnostic, true))
                return;
            _diagnostics.Enqueue(diagnostic);
        }
        log.Report(runEvent);
        if (runEvent is RunEvent.KontraktEnded)
            Renew();
    }

    /// <summary>Reports what a step threw, except what it had reported before.</summary>
    public void Report(KontraktException failure)
    {
        foreach (var diagnostic in failure.Diagnostics)
            Report(new RunEvent.Reported(diagnostic));
    }

    /// <summary>The run that it is about is known; reports are renewed soon.</summary>
    public void Follow(OpenRun run) => Follow(run.Store);

    internal void Follow(RunStore run)
    {
        _run = run;
        Renew();
    }

    /// <summary>Writes the reports that the settings ask for, and from now on renews them.</summary>
    public void Begin(KontraktSettings settings)
    {
        if (!RunReports.AreAskedFor(settings))
            return;
        foreach (var path in new[] { settings.JUnit, settings.Trx, settings.Html, settings.Markdown }.OfType<string>())
            ReportFile.RemoveLeftovers(path);
        Write(settings, ended: false, CancellationToken.None);
        Begin(cancellationToken => Write(settings, ended: false, cancellationToken));
    }

    internal void Begin(Action<CancellationToken> write) => _writing = Task.Run(() => WriteAsync(write));

    /// <summary>Writes the reports a last time; also those of a run that ended early.</summary>
    /// <param name="ended">Whether the run is at its end: a step's summary on GitHub is added to, so it is added once.</param>
    public async Task EndAsync(KontraktSettings settings, bool ended)
    {
        await StopAsync();
        Write(settings, ended, CancellationToken.None);
    }

    /// <summary>Ends the writing in the background; a write that goes on is given up.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
    }

    private async Task StopAsync()
    {
        await _end.CancelAsync();
        await _writing;
    }

    /// <summary>Has the reports written again, soon; nothing before they were written first.</summary>
    private void Renew()
    {
        if (_writing != Task.CompletedTask)
            _wanted.Writer.TryWrite(true);
    }

    private void Write(KontraktSettings settings, bool ended, CancellationToken cancellationToken)
    {
        if (RunReports.AreAskedFor(settings) || (settings.StepSummary is not null && ended))
            RunReports.Write(settings, RunReport.Of(settings, Record, Folder, _diagnostics) with { Ended = ended }, this, cancellationToken);
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
