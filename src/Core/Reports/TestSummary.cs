using System.Globalization;
using Kontrakt.Runs;

namespace Kontrakt.Reports;

/// <summary>How a run ended in the numbers of 'dotnet test': the cases that JUnit and TRX have.</summary>
public sealed record TestSummary(int Passed, int Failed, int Skipped, TimeSpan Duration)
{
    public static TestSummary Of(RunRecord run)
    {
        var cases = run.Kontrakts.SelectMany(kontrakt => JUnitSuite.Of(kontrakt).Cases).ToList();
        var (passed, skipped) = (cases.Count(each => each.Outcome == JUnitOutcome.Passed), cases.Count(each => each.Outcome == JUnitOutcome.Skipped));
        return new(passed, cases.Count - passed - skipped, skipped, RunSummary.Of(run).Duration);
    }

    /// <summary>The line that 'dotnet test' ends a project with, which people and scripts look for.</summary>
    /// <param name="project">The project's file name.</param>
    public string Line(string project) => string.Create(CultureInfo.InvariantCulture,
        $"{Outcome} - Failed: {Failed,5}, Passed: {Passed,5}, Skipped: {Skipped,5}, Total: {Passed + Failed + Skipped,5}, Duration: {Length} - {project}");

    private string Outcome => Failed > 0 ? "Failed! " : Passed > 0 ? "Passed! " : "Skipped!";

    private string Length => Duration.TotalSeconds < 1 ? string.Create(CultureInfo.InvariantCulture, $"{Duration.TotalMilliseconds:0} ms")
        : Duration.TotalMinutes < 1 ? string.Create(CultureInfo.InvariantCulture, $"{Duration.TotalSeconds:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)Duration.TotalMinutes} m {Duration.Seconds} s");
}
