using Kontrakt.Runs;

namespace Kontrakt.Reports.Documents;

/// <summary>How a run went.</summary>
/// <param name="Folder">The run's folder, with logs and events; null where the run failed before it had one.</param>
/// <param name="Summary">The kontrakts in numbers.</param>
/// <param name="Run">The record, as run.json in that folder has it.</param>
public sealed record RunDocument(string? Folder, DocumentSummary? Summary, RunRecord? Run) : CommandDocument("run")
{
    /// <summary>As far as it has come.</summary>
    public static RunDocument Of(ReportedRun run) => new(run.Folder, run.Record is { } record ? DocumentSummary.Of(record) : null, run.Record);
}

/// <param name="Unfinished">Kontrakts without a verdict.</param>
/// <param name="Cached">How many of those that passed did so in an earlier run.</param>
public sealed record DocumentSummary(int Passed, int Failed, int Unfinished, int Cached, double Seconds)
{
    internal static DocumentSummary Of(RunRecord run)
    {
        var summary = RunSummary.Of(run);
        return new(summary.Passed, summary.Failed, summary.Unfinished, summary.Cached, summary.Duration.TotalSeconds);
    }
}
