using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Kontrakt.Settings;
using Kontrakt.Tests.Clusters;

namespace Kontrakt.Tests.Reports;

/// <summary>Reports on disk: whole or not at all, and never in the way of a verdict.</summary>
[TestClass]
public sealed class WrittenReports
{
    [TestMethod, Timeout(60_000)]
    public void AreThoseThatTheSettingsAskFor()
    {
        using var run = new SampleRun();
        var settings = Settings(run) with { JUnit = run.At("out/junit.xml"), Trx = run.At("out/run.trx"), Html = run.At("out/report.html"), Markdown = run.At("out/summary.md") };

        var log = Write(settings, run);

        Assert.IsEmpty(log.Diagnostics, log.Text);
        CollectionAssert.AreEquivalent(new[] { "junit.xml", "report.html", "run.trx", "summary.md" }, Directory.GetFiles(run.At("out")).Select(Path.GetFileName).ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public void TakeThePlaceOfEarlierOnes()
    {
        using var run = new SampleRun();
        Directory.CreateDirectory(run.At("out"));
        File.WriteAllText(run.At("out/report.html"), "an earlier run");

        Write(Settings(run) with { Html = run.At("out/report.html") }, run);

        Assert.Contains("needle in the log", File.ReadAllText(run.At("out/report.html")));
        Assert.HasCount(1, Directory.GetFiles(run.At("out")));
    }

    [TestMethod, Timeout(60_000)]
    public void OfTwoRunsInOneFileAreWhole()
    {
        using var run = new SampleRun();
        var settings = Settings(run) with { Html = run.At("out/report.html") };

        Parallel.For(0, 8, _ => Write(settings, run));

        Assert.EndsWith("</html>\n", File.ReadAllText(run.At("out/report.html")));
        Assert.HasCount(1, Directory.GetFiles(run.At("out")));
    }

    [TestMethod, Timeout(60_000)]
    public void ThatCannotBeWrittenAreWarnings()
    {
        using var run = new SampleRun();
        Directory.CreateDirectory(run.At("folder.xml"));
        File.WriteAllText(run.At("file"), "");

        var log = Write(Settings(run) with { JUnit = run.At("folder.xml"), Html = run.At("file/report.html") }, run);

        CollectionAssert.AreEqual(new[] { (Ktr.ReportNotWritten.Code, Severity.Warning), (Ktr.ReportNotWritten.Code, Severity.Warning) }, log.Diagnostics.Select(each => (each.Code, each.Severity)).ToArray(), log.Text);
        Assert.Contains(run.At("folder.xml"), log.Text);
        Assert.IsEmpty(Directory.GetFiles(run.Root, "*.tmp"));
    }

    [TestMethod, Timeout(60_000)]
    public void ThatCannotBeWrittenAreWarningsAtTheEndAlone()
    {
        using var run = new SampleRun();
        Directory.CreateDirectory(run.At("folder.xml"));
        var settings = Settings(run) with { JUnit = run.At("folder.xml"), Trx = run.At("run.trx") };

        var log = Write(settings, run, ended: false);

        Assert.IsEmpty(log.Diagnostics, log.Text);
        Assert.IsTrue(File.Exists(run.At("run.trx")), "one that can be written was not");
        Assert.HasCount(1, Write(settings, run).Diagnostics);
    }

    [TestMethod, Timeout(60_000)]
    public void OnAFullDiskAreWarnings()
    {
        if (!File.Exists("/dev/full"))
            Assert.Inconclusive("this machine has no /dev/full");
        using var run = new SampleRun();

        var log = Write(Settings(run) with { StepSummary = "/dev/full" }, run);

        Assert.AreEqual(Ktr.ReportNotWritten.Code, log.Diagnostics.Single().Code, log.Text);
    }

    [TestMethod, Timeout(60_000)]
    public void GoIntoTheSummaryOfAGitHubStepOnce()
    {
        using var run = new SampleRun();
        File.WriteAllText(run.At("summary.md"), "what another step wrote\n");
        var settings = Settings(run) with { StepSummary = run.At("summary.md") };

        Write(settings, run, ended: false);
        Write(settings, run);

        var text = File.ReadAllText(run.At("summary.md"));
        Assert.StartsWith("what another step wrote\n## ", text);
        Assert.HasCount(2, text.Split("## ❌"));
    }

    [TestMethod, Timeout(60_000)]
    public void KeepGitHubsLimitTogetherWithWhatIsThere()
    {
        using var run = new SampleRun();
        var summary = run.At("summary.md");
        File.WriteAllText(summary, new string('x', MarkdownWriter.LargestSummary - 3000));
        run.Store.Update("web", kontrakt => kontrakt with { Diagnostics = [.. Enumerable.Range(0, 100).Select(number => new Kontrakt.Runs.RunDiagnostic("KTR4001", $"failure {number}", null, 0, 0))] });

        Write(Settings(run) with { StepSummary = summary }, run);

        Assert.IsTrue(new FileInfo(summary).Length <= MarkdownWriter.LargestSummary);
        Assert.Contains("further parts do not fit here", File.ReadAllText(summary));
    }

    private static KontraktSettings Settings(SampleRun run) => new() { Directory = run.Root, RunsDirectory = run.Runs };

    private static ListLog Write(KontraktSettings settings, SampleRun run, bool ended = true)
    {
        var log = new ListLog();
        RunReports.Write(settings, RunReport.Of(settings, run.Store.Record, run.Store.Folder, []) with { Ended = ended }, log, CancellationToken.None);
        return log;
    }
}
