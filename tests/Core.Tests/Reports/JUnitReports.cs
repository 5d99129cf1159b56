using System.Xml.Linq;
using Kontrakt.Reports;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Reports;

[TestClass]
public class JUnitReports
{
    private static readonly DateTimeOffset Began = new(2026, 11, 20, 5, 0, 0, TimeSpan.Zero);

    [TestMethod]
    [Timeout(60_000)]
    public void HaveASuitePerKontraktAndACasePerTestOrOtherFailure()
    {
        var run = Run(
            Kontrakt("web") with
            {
                State = RunState.Failed,
                Tests = [new("pod/smoke", false, 1.5, "test 'pod/smoke' failed: exit code 10\nlast lines:\n  boom", "hello\nboom", "/repo/web/test.yaml", 7, 5), new("job/load", true, 0.25, null, "ok", "/repo/web/load.yaml", 1, 1)],
                Diagnostics = [
                    new("KTR4009", "the assertion on deployment/web does not hold: replicas", "/repo/web/web.assert.yaml", 3, 3),
                    new("KTR4001", "test 'pod/smoke' failed: exit code 10", "/repo/web/test.yaml", 7, 5),
                    new("KTR4003", "deployment/web did not become ready", "/elsewhere/web.yaml", 2, 1)],
            },
            Kontrakt("orders") with { State = RunState.Passed, Tests = [new("pod/smoke", true, 2, null, null, "/repo/orders/test.yaml", 1, 1)] });

        var report = JUnitWriter.Write(new(run, [], "/repo", null));

        Golden.Matches("junit-mixed.xml", report);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void AreWrittenForARunThatEndsBeforeThereIsARecord()
    {
        var report = JUnitWriter.Write(new(null, [new("KTR1007", "no kontrakt was found below '/repo'", null, 0, 0)], "/repo", null));

        Golden.Matches("junit-early.xml", report);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void TellOfKontraktsThatHaveNoTestsAndOfThoseWithoutAVerdict()
    {
        var run = Run(Kontrakt("cancelled") with { State = RunState.Applied }, Kontrakt("asserted") with { State = RunState.Passed }, Kontrakt("failed") with { State = RunState.Failed });

        var report = JUnitWriter.Write(new(run, [], "/repo", null));

        Golden.Matches("junit-without-tests.xml", report);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void HoldOnlyWhatXmlCan()
    {
        var text = "nul\0 bell\a escape\u001b[31m lone\ud83d pair\ud83d\ude00 ]]> <&> \ufffe";
        var run = Run(Kontrakt("web") with { State = RunState.Failed, Tests = [new("pod/" + text, false, double.NaN, text, text, "/repo/t.yaml", 1, 1)] });

        var document = XDocument.Parse(JUnitWriter.Write(new(run, [], "/repo", null)));

        Assert.AreEqual("nul bell escape[31m lone pair\ud83d\ude00 ]]> <&> \n   at t.yaml:1", document.Descendants("failure").Single().Value);
    }

    private static RunRecord Run(params RunKontrakt[] kontrakts) => new()
    {
        Id = "20261120-050000-ab12",
        Started = Began,
        Directory = "/repo",
        SourceReference = "abc123",
        Cluster = new("local", "https://127.0.0.1:6443"),
        Kontrakts = kontrakts,
    };

    private static RunKontrakt Kontrakt(string name) => new()
    {
        Name = name,
        Directory = "/repo/" + name,
        Files = [],
        Began = Began,
        Ended = Began.AddSeconds(4),
        Namespace = new($"kontrakt-{name}-ab12", true, "kontrakt", true),
    };
}
