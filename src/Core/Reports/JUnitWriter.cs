using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Kontrakt.Runs;

namespace Kontrakt.Reports;

/// <summary>
/// A run as JUnit XML: a suite for each kontrakt; a case for each test, and for each failure that is not a test.
/// The same record gives the same bytes, and always well-formed XML 1.0.
/// </summary>
public static class JUnitWriter
{
    /// <summary>The suite of failures that belong to no kontrakt.</summary>
    private const string RunSuite = "(run)";

    /// <summary>The report's text.</summary>
    public static string Write(RunReport report)
    {
        var suites = SuitesOf(report);
        var document = new XDocument(new XElement("testsuites", new XAttribute("name", "kontrakt"),
            Counts(suites.SelectMany(suite => suite.Cases), suites.Sum(suite => suite.Seconds)).Where(count => count.Name != "skipped"),
            suites.Select(suite => Suite(suite, report))));
        return Serialize(document);
    }

    /// <summary>A suite for each kontrakt, and one for what belongs to none.</summary>
    internal static List<JUnitSuite> SuitesOf(RunReport report)
    {
        List<JUnitSuite> suites = [.. report.Kontrakts.Select(JUnitSuite.Of)];
        if (report.Others.Count > 0 || suites.Count == 0 || !report.Ended)
            suites.Add(JUnitSuite.Of(RunSuite, report.Others, report.Ended));
        return suites;
    }

    private static XElement Suite(JUnitSuite suite, RunReport report) =>
        new("testsuite", new XAttribute("name", XmlText.Clean(suite.Name)), Counts(suite.Cases, suite.Seconds),
            suite.Began is { } began ? new XAttribute("timestamp", began.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)) : null,
            Properties(suite, report.Run),
            suite.Cases.Select(testCase => Case(suite, testCase, report)));

    private static XElement? Properties(JUnitSuite suite, RunRecord? run)
    {
        var properties = new[] { ("run", run?.Id), ("sourceReference", run?.SourceReference), ("cluster", run?.Cluster?.Name), ("namespace", suite.Namespace), ("cachedFrom", suite.Cached is { } cached ? RunLine.Time(cached.Passed) : null) }
            .Where(property => !string.IsNullOrEmpty(property.Item2))
            .Select(property => new XElement("property", new XAttribute("name", property.Item1), new XAttribute("value", XmlText.Clean(property.Item2))))
            .ToList();
        return properties.Count == 0 ? null : new XElement("properties", properties);
    }

    private static XElement Case(JUnitSuite suite, JUnitCase testCase, RunReport report) =>
        new("testcase", new XAttribute("name", XmlText.Clean(testCase.Name)), new XAttribute("classname", XmlText.Clean(suite.Name)), new XAttribute("time", Seconds(testCase.Seconds)),
            Result(testCase, report),
            string.IsNullOrEmpty(testCase.Output) ? null : new XElement("system-out", XmlText.Clean(testCase.Output)));

    /// <summary>The place is in the text: the schema that Jenkins' xUnit plugin uses (junit-10.xsd) has no attributes for it.</summary>
    private static XElement? Result(JUnitCase testCase, RunReport report) => testCase.Outcome switch
    {
        JUnitOutcome.Passed => null,
        JUnitOutcome.Skipped => new XElement("skipped", new XAttribute("message", XmlText.Clean(testCase.Message)), Place(testCase, report) is { Length: > 0 } place ? XmlText.Clean(testCase.Message + place) : null),
        _ => new XElement(testCase.Outcome == JUnitOutcome.Failed ? "failure" : "error",
            new XAttribute("message", XmlText.Clean(FirstLine(testCase.Message))), new XAttribute("type", testCase.Code), XmlText.Clean(testCase.Message + Place(testCase, report))),
    };

    private static string Place(JUnitCase testCase, RunReport report) => testCase.File is not { Length: > 0 } file ? ""
        : string.Create(CultureInfo.InvariantCulture, $"\n   at {report.Shown(file)}{(testCase.Line > 0 ? $":{testCase.Line}" : "")}");

    private static XAttribute[] Counts(IEnumerable<JUnitCase> cases, double seconds)
    {
        var outcomes = cases.Select(testCase => testCase.Outcome).ToList();
        return
        [
            new("tests", outcomes.Count),
            new("failures", outcomes.Count(outcome => outcome == JUnitOutcome.Failed)),
            new("errors", outcomes.Count(outcome => outcome == JUnitOutcome.Error)),
            new("skipped", outcomes.Count(outcome => outcome == JUnitOutcome.Skipped)),
            new("time", Seconds(seconds)),
        ];
    }

    private static string Seconds(double seconds) => (double.IsFinite(seconds) ? Math.Max(0, seconds) : 0).ToString("0.000", CultureInfo.InvariantCulture);

    private static string FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? text[..end] : text;

    /// <summary>The same bytes on every machine.</summary>
    internal static string Serialize(XDocument document)
    {
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", NewLineHandling = NewLineHandling.Entitize, Encoding = new UTF8Encoding(false) };
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, settings))
            document.Save(writer);
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
