using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace Kontrakt.Reports;

/// <summary>
/// A run as TRX, the test results of Visual Studio and Azure Pipelines: a result for each case that JUnit has, below its kontrakt as the class.
/// Ids are made from names, so that the same record gives the same bytes and a test has one id in every run.
/// </summary>
public static class TrxWriter
{
    private static readonly XNamespace Schema = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    // Each is in every such file: unit tests, and the list of what is in no list.
    private const string UnitTestType = "13cdc9d9-ddb5-4fa4-a97d-d965ccfc6d4b";
    private const string NoList = "8c84fa94-04c1-424b-9868-57a2d4851a1d";
    private const string AllLists = "19431567-8539-422a-85d7-44ee4e166bda";

    /// <param name="Id">Of the test.</param>
    /// <param name="Execution">Of the test in this run.</param>
    private sealed record Entry(JUnitSuite Suite, JUnitCase Case, string Id, string Execution)
    {
        public string Outcome => Case.Outcome switch { JUnitOutcome.Passed => "Passed", JUnitOutcome.Skipped => "NotExecuted", _ => "Failed" };
    }

    /// <summary>The report's text.</summary>
    public static string Write(RunReport report)
    {
        var run = report.Run?.Id ?? "none";
        var entries = JUnitWriter.SuitesOf(report).SelectMany(suite => suite.Cases.Select((each, at) => EntryOf(run, suite, each, at))).ToList();
        return JUnitWriter.Serialize(new(Element("TestRun", new XAttribute("id", IdOf(run)), new XAttribute("name", XmlText.Clean($"kontrakt {run}")),
            Times(report),
            Element("Results", entries.Select(entry => Result(entry, report))),
            Element("TestDefinitions", entries.Select(entry => Definition(entry, report))),
            Element("TestEntries", entries.Select(entry => Element("TestEntry",
                new XAttribute("testId", entry.Id), new XAttribute("executionId", entry.Execution), new XAttribute("testListId", NoList)))),
            Element("TestLists", List("Results Not in a List", NoList), List("All Loaded Results", AllLists)),
            Summary(entries, report))));
    }

    /// <summary>Two cases of one name in a kontrakt are two tests.</summary>
    private static Entry EntryOf(string run, JUnitSuite suite, JUnitCase testCase, int at)
    {
        var twin = suite.Cases.Take(at).Count(other => other.Name == testCase.Name);
        var name = $"{suite.Name}\n{testCase.Name}\n{twin.ToString(CultureInfo.InvariantCulture)}";
        return new(suite, testCase, IdOf(name), IdOf($"{run}\n{name}"));
    }

    private static XElement Times(RunReport report)
    {
        var began = report.Run?.Started ?? DateTimeOffset.UnixEpoch;
        var ended = report.Kontrakts.Max(kontrakt => kontrakt.Ended) is { } last && last > began ? last : began;
        return Element("Times", new XAttribute("creation", Time(began)), new XAttribute("queuing", Time(began)), new XAttribute("start", Time(began)), new XAttribute("finish", Time(ended)));
    }

    private static XElement Result(Entry entry, RunReport report)
    {
        var length = TimeSpan.FromSeconds(double.IsFinite(entry.Case.Seconds) ? Math.Clamp(entry.Case.Seconds, 0, 86_399) : 0);
        var began = entry.Suite.Began ?? report.Run?.Started ?? DateTimeOffset.UnixEpoch;
        return Element("UnitTestResult", new XAttribute("executionId", entry.Execution), new XAttribute("testId", entry.Id), new XAttribute("testName", XmlText.Clean(entry.Case.Name)),
            new XAttribute("computerName", XmlText.Clean(report.Run?.Cluster?.Name ?? "none")), new XAttribute("duration", length.ToString(@"hh\:mm\:ss\.fffffff", CultureInfo.InvariantCulture)),
            new XAttribute("startTime", Time(began)), new XAttribute("endTime", Time(began + length)), new XAttribute("testType", UnitTestType),
            new XAttribute("outcome", entry.Outcome), new XAttribute("testListId", NoList), new XAttribute("relativeResultsDirectory", entry.Execution), Output(entry.Case, report));
    }

    private static XElement? Output(JUnitCase testCase, RunReport report)
    {
        var output = string.IsNullOrEmpty(testCase.Output) ? null : Element("StdOut", XmlText.Clean(testCase.Output));
        // What is after "in" and ":line" is what a double click opens.
        var place = testCase.File is { Length: > 0 } file ? string.Create(CultureInfo.InvariantCulture, $"   at {testCase.Name} in {file}:line {Math.Max(1, testCase.Line)}") : null;
        var error = testCase.Outcome == JUnitOutcome.Passed ? null
            : Element("ErrorInfo", Element("Message", XmlText.Clean(testCase.Code.Length == 0 ? testCase.Message : $"{testCase.Code}: {testCase.Message}")),
                place is null ? null : Element("StackTrace", XmlText.Clean(place)));
        return output is null && error is null ? null : Element("Output", output, error);
    }

    private static XElement Definition(Entry entry, RunReport report) =>
        Element("UnitTest", new XAttribute("name", XmlText.Clean(entry.Case.Name)), new XAttribute("storage", Storage(entry, report)), new XAttribute("id", entry.Id),
            Element("Execution", new XAttribute("id", entry.Execution)),
            Element("TestMethod", new XAttribute("codeBase", Storage(entry, report)), new XAttribute("adapterTypeName", "executor://kontrakt"),
                new XAttribute("className", XmlText.Clean(entry.Suite.Name)), new XAttribute("name", XmlText.Clean(entry.Case.Name))));

    private static string Storage(Entry entry, RunReport report) => XmlText.Clean(entry.Case.File is { Length: > 0 } file ? report.Shown(file) : "kontrakt");

    private static XElement List(string name, string id) => Element("TestList", new XAttribute("name", name), new XAttribute("id", id));

    private static XElement Summary(List<Entry> entries, RunReport report)
    {
        int Count(string outcome) => entries.Count(entry => entry.Outcome == outcome);
        string[] none = ["error", "timeout", "aborted", "inconclusive", "passedButRunAborted", "notRunnable"];
        string[] alsoNone = ["disconnected", "warning", "completed", "inProgress", "pending"];
        return Element("ResultSummary", new XAttribute("outcome", report.Failed ? "Failed" : "Completed"),
            Element("Counters", new XAttribute("total", entries.Count), new XAttribute("executed", entries.Count - Count("NotExecuted")),
                new XAttribute("passed", Count("Passed")), new XAttribute("failed", Count("Failed")),
                none.Select(name => new XAttribute(name, 0)), new XAttribute("notExecuted", Count("NotExecuted")), alsoNone.Select(name => new XAttribute(name, 0))));
    }

    private static XElement Element(string name, params object?[] content) => new(Schema + name, content);

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture);

    /// <summary>A UUID of version 8 (RFC 9562: made by a rule of one's own).</summary>
    private static string IdOf(string name)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes("kontrakt\n" + name)).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
