using System.Xml.Linq;
using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Kontrakt.Reports.Html;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Reports;

/// <summary>A test that still ran when something else had failed, and one that was never started, have neither passed nor failed: every report says so.</summary>
[TestClass]
public sealed class TestsThatWereStopped
{
    private const string Stopped = "was stopped, since something else had failed; last seen: Running";
    private const string Never = "was not started: it comes after deployment/server, for which it still waited";

    private static SampleRun Run()
    {
        var run = new SampleRun();
        run.Store.Update("web", record => record with
        {
            Tests = [new("pod/slow", false, 104.6, Stopped, null, run.Yaml, 7, 5) { Stopped = true }, new("pod/last", false, 0, Never, null, run.Yaml, 9, 1) { Stopped = true, NotStarted = true }],
            Diagnostics = [new("KTR4004", "container 'web' of deployment/server keeps crashing", run.Yaml, 1, 1)],
        });
        return run;
    }

    [TestMethod]
    public void InALine() => Assert.AreEqual("web: pod/slow stopped after 104.6 s, since something else had failed", RunLine.Of(new RunEvent.TestStopped("web", "pod/slow", TimeSpan.FromSeconds(104.6)), verbose: false));

    [TestMethod]
    public void InJUnit()
    {
        using var run = Run();

        var suite = XDocument.Parse(JUnitWriter.Write(run.Report)).Descendants("testsuite").Single(each => each.Attribute("name")!.Value == "web");

        Assert.AreEqual(("2", "0", "1"), (suite.Attribute("skipped")!.Value, suite.Attribute("failures")!.Value, suite.Attribute("errors")!.Value));
        var slow = suite.Elements("testcase").Single(each => each.Attribute("name")!.Value == "pod/slow");
        Assert.AreEqual(("104.600", Stopped), (slow.Attribute("time")!.Value, slow.Element("skipped")!.Attribute("message")!.Value));
        Assert.MatchesRegex(@"\n   at \S+:7$", slow.Element("skipped")!.Value);
    }

    /// <summary>A failure, once, with the code and the place of what keeps it from running.</summary>
    [TestMethod]
    public void AreNotThoseOfWhichThePodCannotRun()
    {
        using var run = new SampleRun();
        const string cannot = "container 'main' of pod/own cannot start: the image 'x' cannot be pulled by the cluster: not found";
        run.Store.Update("web", record => record with
        {
            Tests = [new("pod/own", false, 3, cannot, null, run.Yaml, 8, 3) { Code = "KTR4005" }],
            Diagnostics = [new("KTR4005", cannot, run.Yaml, 8, 3)],
        });

        var cases = XDocument.Parse(JUnitWriter.Write(run.Report)).Descendants("testsuite").Single(each => each.Attribute("name")!.Value == "web").Elements("testcase").ToList();

        Assert.HasCount(1, cases);
        Assert.AreEqual(("KTR4005", cannot), (cases[0].Element("failure")!.Attribute("type")!.Value, cases[0].Element("failure")!.Attribute("message")!.Value));
        Assert.MatchesRegex(@"\n   at \S+:8$", cases[0].Element("failure")!.Value);
        StringAssert.Contains(Html(run), "<span class=\"verdict failed\">failed</span> " + cannot.Replace("'", "&#39;", StringComparison.Ordinal));
    }

    [TestMethod]
    public void InTrx()
    {
        using var run = Run();

        var results = XDocument.Parse(TrxWriter.Write(run.Report)).Descendants().Where(each => each.Name.LocalName == "UnitTestResult").ToDictionary(each => each.Attribute("testName")!.Value, StringComparer.Ordinal);

        Assert.AreEqual(("NotExecuted", "00:01:44.6000000"), (results["pod/slow"].Attribute("outcome")!.Value, results["pod/slow"].Attribute("duration")!.Value));
        StringAssert.Contains(results["pod/slow"].Value, Stopped);
        StringAssert.Contains(results["pod/last"].Value, Never);
    }

    [TestMethod]
    public void InMarkdown()
    {
        using var run = Run();

        StringAssert.Contains(MarkdownWriter.Write(run.Report, 100_000), "| 0 of 2, 1 stopped, 1 not started |");
    }

    [TestMethod]
    public void InHtml()
    {
        using var run = Run();

        var html = Html(run);

        StringAssert.Contains(html, "<span class=\"verdict open\">stopped</span> " + Stopped);
        StringAssert.Contains(html, "<span class=\"verdict open\">not started</span> " + Never);
        StringAssert.Contains(html, "<td>0 of 2, 1 stopped, 1 not started</td>");
        Assert.DoesNotContain("<span class=\"verdict failed\">failed</span> " + Stopped, html);
    }

    [TestMethod]
    public void AndThePodOfOneThatCameLaterShowsWhatItWaitedFor()
    {
        using var run = Run();
        var began = run.Store.Record.Started;
        File.WriteAllText(Path.Combine(run.Store.KontraktFolder("web"), RunObservation.FileName),
            new RunObservation([new("last", "test", "Running", "node") { After = "ready", Created = began.AddSeconds(8), Scheduled = began.AddSeconds(8), Started = began.AddSeconds(8) }], []).ToJson());

        var html = Html(run);

        StringAssert.Contains(html, "last (test) after ready");
        StringAssert.Contains(html, "wait 1.0 s");
    }

    private static string Html(SampleRun run)
    {
        using var stream = new MemoryStream();
        HtmlReport.Write(stream, run.Report, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
