using System.Globalization;
using Kontrakt.Diagnostics;

namespace Kontrakt.Reports;

/// <summary>Run events as plain lines.</summary>
public static class RunLine
{
    /// <summary>The line of an event, or null where it has none at this verbosity. An error or warning is in canonical MSBuild form and may span lines.</summary>
    /// <param name="verbose">Whether details are shown.</param>
    public static string? Of(RunEvent runEvent, bool verbose) => runEvent switch
    {
        RunEvent.Progress progress => progress.Text,
        RunEvent.Detail detail => verbose ? detail.Text : null,
        RunEvent.KontraktProgress progress => $"{progress.Kontrakt}: {progress.Text}",
        RunEvent.LogLine log => Prefix(log) + log.Text,
        RunEvent.KontraktBegan began => $"{began.Kontrakt}: begins",
        RunEvent.TestEnded test => $"{test.Kontrakt}: {test.Test} {Outcome(test.Passed)} ({Seconds(test.Duration)})",
        RunEvent.TestStopped test => $"{test.Kontrakt}: {test.Test} stopped after {Seconds(test.Duration)}, since something else had failed",
        RunEvent.KontraktEnded { CachedFrom: { } from } cached => $"{cached.Kontrakt}: {Outcome(cached.Passed)} (cached, from {Time(from)})",
        RunEvent.KontraktEnded ended => $"{ended.Kontrakt}: {Outcome(ended.Passed)} ({Seconds(ended.Duration)})",
        RunEvent.Reported reported => reported.Diagnostic.ToString(),
        _ => null,
    };

    /// <summary>What is before the text of a log's line.</summary>
    public static string Prefix(RunEvent.LogLine log) => $"{log.Kontrakt}: {log.Source} | ";

    /// <summary>"12.3 s"; never negative, as clocks of a record may have been set back.</summary>
    public static string Seconds(TimeSpan duration) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, duration.TotalSeconds):0.0} s");

    /// <summary>"2026-11-20 05:00:09Z".</summary>
    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture);

    private static string Outcome(bool passed) => passed ? "passed" : "failed";
}
