using System.Xml.Linq;
using Kontrakt.Reports;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Reports;

[TestClass]
public sealed class TrxReports
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    [TestMethod, Timeout(60_000)]
    public void HaveAResultForEachTestAndOtherFailure()
    {
        using var run = new SampleRun();
        run.Store.Update("web", kontrakt => kontrakt with { Diagnostics = [.. kontrakt.Diagnostics, new("KTR4009", "replicas", run.Yaml, 3, 1)] });
        run.Store.Update("orders", _ => run.Kontrakt("orders", RunState.Applied));

        var results = XDocument.Parse(TrxWriter.Write(run.Report)).Descendants(Trx + "UnitTestResult").Select(each => ((string?)each.Attribute("testName"), (string?)each.Attribute("outcome")));

        CollectionAssert.AreEqual(new (string?, string?)[] { ("kontrakt", "NotExecuted"), ("pod/smoke", "Failed"), ("KTR4009 test.yaml(3,1)", "Failed") }, results.ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public void LeadToThePlaceInTheYaml()
    {
        using var run = new SampleRun();

        Assert.Contains("in /repo/test.yaml:line 7", TrxWriter.Write(run.Report));
    }

    [TestMethod, Timeout(60_000)]
    public void NameATestTheSameInEveryRun()
    {
        using var run = new SampleRun();
        var later = run.Report with { Run = run.Store.Record with { Id = "20261121-050000-cd34" } };

        CollectionAssert.AreEqual(Ids(TrxWriter.Write(run.Report), "testId"), Ids(TrxWriter.Write(later), "testId"));
        CollectionAssert.AreNotEqual(Ids(TrxWriter.Write(run.Report), "executionId"), Ids(TrxWriter.Write(later), "executionId"));
    }

    [TestMethod, Timeout(60_000)]
    public void OfTwoTestsWithOneNameHaveTwoIds()
    {
        using var run = new SampleRun();
        run.Store.Update("web", kontrakt => kontrakt with { Tests = [SampleRun.Failed("pod/a"), SampleRun.Failed("pod/a")] });

        CollectionAssert.AllItemsAreUnique(Ids(TrxWriter.Write(run.Report), "testId"));
    }

    private static string[] Ids(string trx, string attribute) => [.. XDocument.Parse(trx).Descendants(Trx + "UnitTestResult").Select(each => (string?)each.Attribute(attribute) ?? "")];
}
