using System.Xml.Linq;
using System.Xml.Schema;
using Kontrakt.Reports;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Reports;

/// <summary>
/// JUnit and TRX against schemas in cases/. Both are written here, from what Ant's and Jenkins' JUnit readers and the TRX files of `dotnet test` have;
/// stricter than either, so that what passes here is read by them. They are not the schemas of those projects;
/// against junit-10.xsd of Jenkins' xUnit plugin and Visual Studio's vstst.xsd the reports were checked by hand.
/// </summary>
[TestClass]
public sealed class SchemasOfReports
{
    public static IEnumerable<object[]> Runs =>
    [
        ["mixed"], ["awkward"], ["incomplete"], ["going on"], ["none"], ["empty"],
    ];

    [TestMethod, Timeout(60_000)]
    [DynamicData(nameof(Runs))]
    public void HoldForJUnit(string kind) => Validate("junit.xsd", With(kind, JUnitWriter.Write));

    [TestMethod, Timeout(60_000)]
    [DynamicData(nameof(Runs))]
    public void HoldForTrx(string kind) => Validate("trx.xsd", With(kind, TrxWriter.Write));

    [TestMethod, Timeout(60_000)]
    [DataRow("junit.xsd", "<testsuites name='kontrakt' tests='1' failures='0' errors='0' skipped='0' time='0.000'><case/></testsuites>")]
    [DataRow("trx.xsd", "<TestRun xmlns='http://microsoft.com/schemas/VisualStudio/TeamTest/2010' id='none' name='x'/>")]
    public void RefuseWhatIsNoReport(string schema, string report) => Assert.ThrowsExactly<XmlSchemaValidationException>(() => Validate(schema, report));

    private static string With(string kind, Func<RunReport, string> write)
    {
        using var run = new SampleRun();
        if (kind == "awkward")
            run.Store.Update("web", kontrakt => kontrakt with { Name = SampleRun.Awkward, Tests = [SampleRun.Failed(SampleRun.Awkward) with { Message = SampleRun.Awkward, Seconds = -1 }] });
        else if (kind == "incomplete")
            run.Store.Update("web", _ => run.Kontrakt("web", RunState.Waited));
        else if (kind == "empty")
            run.Store.Update(record => record with { Kontrakts = [] });
        else if (kind == "going on")
            return write(run.Report with { Ended = false });
        return write(kind == "none" ? new(null, [new("KTR1007", "no kontrakt", null, 0, 0)], "/repo", null) : run.Report);
    }

    private static void Validate(string schema, string report)
    {
        var schemas = new XmlSchemaSet();
        schemas.Add(null, Path.Combine(AppContext.BaseDirectory, "Reports", "cases", schema));
        XDocument.Parse(report).Validate(schemas, (_, problem) => throw problem.Exception);
    }
}
