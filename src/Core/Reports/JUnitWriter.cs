using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Kontrakt.Diagnostics;
using Kontrakt.Runs;

namespace Kontrakt.Reports;

/// <summary>
/// A run as JUnit XML: a suite for each kontrakt; a case for each test, and for each failure that is no test.
/// The same record gives the same bytes, and always well-formed XML 1.0.
/// </summary>
public static class JUnitWriter
{
    /// <summary>The suite of failures that belong to no kontrakt.</summary>
    private const string RunSuite = "(run)";

    /// <summary>The report's text.</summary>
    /// <param name="run">The record; null for a run that failed before there was one.</param>
    /// <param name="others">Failures that no kontrakt of the record tells of: what stopped the run early.</param>
    /// <param name="root">Files below this folder are named relative to it, with '/'.</param>
    public static string Write(RunRecord? run, IReadOnlyList<RunDiagnostic> others, string root)
    {
        var suites = new List<JUnitSuite>();
        foreach (var kontrakt in (run?.Kontrakts ?? []).OrderBy(kontrakt => kontrakt.Name, StringComparer.Ordinal))
            suites.Add(JUnitSuite.Of(kontrakt));
        if (others.Count > 0 || suites.Count == 0)
            suites.Add(JUnitSuite.Of(RunSuite, others));
        var document = new XDocument(new XElement("testsuites", new XAttribute("name", "kontrakt"),
            Counts(suites.SelectMany(suite => suite.Cases), suites.Sum(suite => suite.Seconds)),
            suites.Select(suite => Suite(suite, run, root))));
        return Serialize(document);
    }

    /// <summary>Writes the report whole or not at all: a reader never sees half of one.</summary>
    /// <exception cref="KontraktException">The file cannot be written.</exception>
    public static void WriteFile(string path, RunRecord? run, IReadOnlyList<RunDiagnostic> others, string root)
    {
        var text = Write(run, others, root);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
                Directory.CreateDirectory(directory);
            File.WriteAllText(temporary, text);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            File.Delete(temporary);
            throw Ktr.FileUnreadable.Error(exception, null, path, exception.Message);
        }
    }

    private static XElement Suite(JUnitSuite suite, RunRecord? run, string root) =>
        new("testsuite", new XAttribute("name", Clean(suite.Name)), Counts(suite.Cases, suite.Seconds),
            suite.Began is { } began ? new XAttribute("timestamp", began.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)) : null,
            Properties(suite, run),
            suite.Cases.Select(testCase => Case(suite, testCase, root)));

    private static XElement? Properties(JUnitSuite suite, RunRecord? run)
    {
        var properties = new[] { ("run", run?.Id), ("sourceReference", run?.SourceReference), ("cluster", run?.Cluster?.Name), ("namespace", suite.Namespace) }
            .Where(property => !string.IsNullOrEmpty(property.Item2))
            .Select(property => new XElement("property", new XAttribute("name", property.Item1), new XAttribute("value", Clean(property.Item2))))
            .ToList();
        return properties.Count == 0 ? null : new XElement("properties", properties);
    }

    private static XElement Case(JUnitSuite suite, JUnitCase testCase, string root) =>
        new("testcase", new XAttribute("name", Clean(testCase.Name)), new XAttribute("classname", Clean(suite.Name)), new XAttribute("time", Seconds(testCase.Seconds)),
            testCase.File is { Length: > 0 } file ? new XAttribute("file", Clean(Relative(file, root))) : null,
            testCase.Line > 0 ? new XAttribute("line", testCase.Line) : null,
            Result(testCase),
            string.IsNullOrEmpty(testCase.Output) ? null : new XElement("system-out", Clean(testCase.Output)));

    private static XElement? Result(JUnitCase testCase) => testCase.Outcome switch
    {
        JUnitOutcome.Passed => null,
        JUnitOutcome.Skipped => new XElement("skipped", new XAttribute("message", Clean(testCase.Message))),
        _ => new XElement(testCase.Outcome == JUnitOutcome.Failed ? "failure" : "error",
            new XAttribute("message", Clean(FirstLine(testCase.Message))), new XAttribute("type", testCase.Code), Clean(testCase.Message)),
    };

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

    private static string Relative(string file, string root)
    {
        var relative = Path.GetRelativePath(root, file);
        return (relative.StartsWith("..", StringComparison.Ordinal) ? file : relative).Replace('\\', '/');
    }

    /// <summary>Leaves out what XML 1.0 cannot hold (section 2.2): control characters but tab and line ends, lone surrogates, U+FFFE and U+FFFF.</summary>
    private static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var clean = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (XmlConvert.IsXmlChar(text[index]))
                clean.Append(text[index]);
            else if (index + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[index + 1], text[index]))
                clean.Append(text[index]).Append(text[++index]);
        }
        return clean.ToString();
    }

    private static string Serialize(XDocument document)
    {
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", NewLineHandling = NewLineHandling.Entitize, Encoding = new UTF8Encoding(false) };
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, settings))
            document.Save(writer);
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
