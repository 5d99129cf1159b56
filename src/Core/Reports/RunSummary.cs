using Kontrakt.Runs;

namespace Kontrakt.Reports;

/// <summary>How the kontrakts of a run ended.</summary>
/// <param name="Unfinished">Kontrakts without a verdict: the run was cancelled, or a step before failed.</param>
/// <param name="Duration">From the begin of the run to the end of its last kontrakt; zero where none ended.</param>
public sealed record RunSummary(int Passed, int Failed, int Unfinished, TimeSpan Duration)
{
    /// <summary>How many of those that passed did so in an earlier run.</summary>
    public int Cached { get; init; }

    public static RunSummary Of(RunRecord run)
    {
        var passed = run.Kontrakts.Count(kontrakt => kontrakt.State == RunState.Passed);
        var failed = run.Kontrakts.Count(kontrakt => kontrakt.State == RunState.Failed);
        var ended = run.Kontrakts.Max(kontrakt => kontrakt.Ended) ?? run.Started;
        return new(passed, failed, run.Kontrakts.Count - passed - failed, ended < run.Started ? TimeSpan.Zero : ended - run.Started)
        {
            Cached = run.Kontrakts.Count(kontrakt => kontrakt is { State: RunState.Passed, Cached: not null }),
        };
    }

    /// <summary>"2 of 3", "1 of 3, 1 stopped": the tests of a kontrakt that passed, and those that have no verdict since something else had failed.</summary>
    internal static string TestsOf(RunKontrakt kontrakt)
    {
        var (passed, never) = (kontrakt.Tests.Count(test => test.Passed), kontrakt.Tests.Count(test => test.NotStarted));
        var stopped = kontrakt.Tests.Count(test => test.Stopped) - never;
        return $"{passed} of {kontrakt.Tests.Count}{(stopped > 0 ? $", {stopped} stopped" : "")}{(never > 0 ? $", {never} not started" : "")}";
    }

    /// <summary>"2 passed, 1 failed (12.3 s)"; what is zero is left out, but never everything. Where none ended there is no time to show.</summary>
    public override string ToString() => Verdicts + (Passed + Failed > 0 || Duration > TimeSpan.Zero ? $" ({RunLine.Seconds(Duration)})" : "");

    /// <summary>The same, without the time.</summary>
    public string Verdicts
    {
        get
        {
            string[] parts = [.. new[] { (Passed, Cached > 0 ? $"passed ({Cached} cached)" : "passed"), (Failed, "failed"), (Unfinished, "without a verdict") }
                .Where(part => part.Item1 > 0)
                .Select(part => $"{part.Item1} {part.Item2}")];
            return parts.Length == 0 ? "nothing ran" : string.Join(", ", parts);
        }
    }
}
