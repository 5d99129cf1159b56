using System.Threading.Channels;
using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Microsoft.Testing.Platform.Extensions.Messages;

namespace Kontrakt.Testing;

/// <summary>
/// A run of the selected kontrakts: MSBuild does the steps up to resolve, as for -t:Kontrakt, and the same library operation as there does the rest.
/// A node is reported when its kontrakt begins, and when it has its verdict.
/// </summary>
internal sealed class KontraktSession(ProjectSettings project, KontraktSettings settings, Selection selection, NodePublisher publisher) : IRunLog
{
    private readonly Channel<RunEvent> _events = Channel.CreateUnbounded<RunEvent>();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    public void Report(RunEvent runEvent) => _events.Writer.TryWrite(runEvent);

    /// <summary>Runs them and reports all; one that has no verdict, because something before failed, fails with that.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Diagnostic> failed = [];
        await using var log = new ReportedRun(this);
        var telling = TellAsync(log);
        try
        {
            log.Begin(settings);
            var id = await ProjectBuild.BeginRunAsync(project, selection.Kontrakts, log, cancellationToken);
            await new KontraktRuns(settings, log) { Opened = log.Follow }.Open(id, RunStep.Resolve).RunAsync(cancellationToken);
        }
        catch (KontraktException failure)
        {
            failed = failure.Diagnostics;
            log.Report(failure);
        }
        finally
        {
            _events.Writer.Complete();
            await telling;
            await log.EndAsync(settings, ended: true);
        }
        foreach (var kontrakt in selection.Kontrakts.Where(kontrakt => !_told.Contains(kontrakt)))
            await EndAsync(kontrakt, log.Record, failed);
    }

    private async Task TellAsync(ReportedRun log)
    {
        await foreach (var runEvent in _events.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (runEvent is RunEvent.KontraktBegan began)
                foreach (var entry in Of(began.Kontrakt))
                    await publisher.PublishAsync(entry, Nodes.Of(entry, InProgressTestNodeStateProperty.CachedInstance));
            else if (runEvent is RunEvent.KontraktEnded ended)
                await EndAsync(ended.Kontrakt, log.Record, []);
        }
    }

    private async Task EndAsync(string kontrakt, RunRecord? run, IReadOnlyList<Diagnostic> failed)
    {
        var record = run?.Kontrakts.FirstOrDefault(each => each.Name == kontrakt);
        foreach (var entry in Of(kontrakt))
            await publisher.PublishAsync(entry, record is null || (failed.Count > 0 && record.State is not (RunState.Passed or RunState.Failed))
                ? Nodes.Of(entry, Stopped(entry, failed))
                : Verdicts.Of(entry, record));
        _told.Add(kontrakt);
    }

    private static TestNodeStateProperty Stopped(TestEntry entry, IReadOnlyList<Diagnostic> failed) => entry.Name is null && failed.Count > 0
        ? new ErrorTestNodeStateProperty(string.Join('\n', failed))
        : new SkippedTestNodeStateProperty("no verdict: the run ended before");

    private IEnumerable<TestEntry> Of(string kontrakt) => selection.Entries.Where(entry => entry.Kontrakt == kontrakt);
}
