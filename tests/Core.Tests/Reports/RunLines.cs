using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Reports;

[TestClass]
public class RunLines
{
    [TestMethod]
    [Timeout(60_000)]
    public void AreWrittenInOrderAndErrorsInCanonicalForm()
    {
        var text = new StringWriter { NewLine = "\n" };
        var log = new ConsoleRunLog(text, verbose: false);

        log.Report(new RunEvent.Progress("2 kontrakts"));
        log.Report(new RunEvent.Detail("not shown"));
        log.Report(new RunEvent.KontraktProgress("orders", "applied 3 objects"));
        log.Report(new RunEvent.TestEnded("orders", "pod/smoke", true, TimeSpan.FromSeconds(1.25)));
        log.Report(new RunEvent.Reported(Ktr.NoTest.At(new("/repo/web/a.yaml", 3, 5), "web")));
        log.Report(new RunEvent.Reported(Ktr.NoKontrakt.At(null, "/repo") with { Severity = Severity.Warning }));
        log.Report(new RunEvent.KontraktEnded("orders", false, TimeSpan.FromSeconds(-1)));

        Golden.Matches("lines.txt", text.ToString());
    }

    [TestMethod]
    [Timeout(60_000)]
    public void IncludeDetailsWhenVerbose()
    {
        var text = new StringWriter { NewLine = "\n" };

        new ConsoleRunLog(text, verbose: true).Report(new RunEvent.Detail("a detail"));

        Assert.AreEqual("a detail\n", text.ToString());
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(2, 1, 0, 12.34, "2 passed, 1 failed (12.3 s)")]
    [DataRow(2, 0, 0, 0, "2 passed (0.0 s)")]
    [DataRow(0, 0, 2, 3, "2 without a verdict (3.0 s)")]
    [DataRow(0, 0, 0, 3, "nothing ran (3.0 s)")]
    [DataRow(0, 0, 1, 0, "1 without a verdict")]
    public void EndInASummary(int passed, int failed, int unfinished, double seconds, string expected)
    {
        var summary = new RunSummary(passed, failed, unfinished, TimeSpan.FromSeconds(seconds));

        var line = summary.ToString();

        Assert.AreEqual(expected, line);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void SummariseTheRecord()
    {
        var started = new DateTimeOffset(2026, 11, 20, 5, 0, 0, TimeSpan.Zero);
        var run = new RunRecord
        {
            Id = "x",
            Started = started,
            Directory = "/repo",
            Kontrakts = [
                new() { Name = "a", Directory = "/repo/a", Files = [], State = RunState.Passed, Ended = started.AddSeconds(4) },
                new() { Name = "b", Directory = "/repo/b", Files = [], State = RunState.Failed, Ended = started.AddSeconds(2) },
                new() { Name = "c", Directory = "/repo/c", Files = [], State = RunState.Applied }],
        };

        var summary = RunSummary.Of(run);

        Assert.AreEqual(new RunSummary(1, 1, 1, TimeSpan.FromSeconds(4)), summary);
    }
}
