using System.Globalization;
using System.Text;
using Kontrakt.Clusters.Pods;
using Kontrakt.Runs;

namespace Kontrakt.Reports;

/// <summary>A run as Markdown, for the summary of a GitHub step: a table of kontrakts, and what failed.</summary>
public static class MarkdownWriter
{
    /// <summary>What GitHub takes of one step; of a larger summary it shows nothing at all.</summary>
    public const int LargestSummary = 1024 * 1024;

    private const int LongestMessage = 4000;
    private const int LongestName = 300;
    private const int MostImages = 10;
    // Always room for the sentence that says what is left out.
    private const int Reserve = 300;

    private static readonly HashSet<char> Special = [.. @"\`*_{}[]#+!|~$@"];

    /// <summary>The summary's text.</summary>
    /// <param name="limit">Bytes that it may have; what does not fit is counted.</param>
    public static string Write(RunReport report, int limit)
    {
        var text = new Bounded(limit - Reserve);
        var summary = report.Run is { } run ? RunSummary.Of(run).ToString() : "the run did not begin";
        text.Add($"## {(report.Failed ? "❌" : "✅")} Kontrakts: {Escape(summary)}\n\n");
        if (report.IsIncomplete)
            text.Add($"**Incomplete:** {report.Incompleteness}.\n\n");
        foreach (var problem in report.Others)
            text.Add(Problem(report, problem));
        if (report.Kontrakts.Count > 0)
            text.Add("| kontrakt | verdict | tests | time |\n|---|---|---|---|\n");
        // What failed comes first: the end may be cut.
        foreach (var kontrakt in report.Kontrakts.OrderBy(kontrakt => kontrakt.State == RunState.Passed))
            text.Add(Row(kontrakt));
        text.Add(Images(report.Run));
        foreach (var kontrakt in report.Kontrakts.Where(kontrakt => kontrakt.Diagnostics.Count > 0))
        {
            text.Add($"\n### {Escape(kontrakt.Name)}\n\n");
            foreach (var problem in kontrakt.Diagnostics)
                text.Add(Problem(report, problem));
        }
        return text.ToString();
    }

    private static string Row(RunKontrakt kontrakt)
    {
        var verdict = kontrakt.State switch { RunState.Passed => kontrakt.Cached is { } cached ? $"✅ passed (cached, from {RunLine.Time(cached.Passed)})" : "✅ passed", RunState.Failed => "❌ failed", _ => "… no verdict" };
        var time = kontrakt is { Began: { } began, Ended: { } ended } ? RunLine.Seconds(ended - began) : "";
        return $"| {Escape(kontrakt.Name)} | {verdict} | {RunSummary.TestsOf(kontrakt)} | {time} |\n";
    }

    /// <summary>One line: how many images there are, and how long each took that was built; those that took longest first.</summary>
    private static string Images(RunRecord? run)
    {
        if (run is null || ImageSummary.Of(run).ToString() is not { Length: > 0 } summary)
            return "";
        var built = run.Images.Where(image => !image.Reused).OrderByDescending(image => image.Ended - image.Began).ToList();
        var named = built.Take(MostImages).Select(image => Escape(image.Name[(image.Name.LastIndexOf('/') + 1)..]) + (image.Ended - image.Began is { } length ? $" in {RunLine.Seconds(length)}" : ""));
        return $"\nImages: {summary}{(built.Count == 0 ? "" : $" ({string.Join(", ", named)}{(built.Count > MostImages ? ", ..." : "")})")}\n";
    }

    private static string Problem(RunReport report, RunDiagnostic problem)
    {
        var place = problem.File is not { Length: > 0 } file ? ""
            : string.Create(CultureInfo.InvariantCulture, $" in {Escape(report.Shown(file))}{(problem.Line > 0 ? $" line {problem.Line}" : "")}");
        var message = PlainLines(problem.Message);
        if (message.Length > LongestMessage)
            message = string.Concat(message.AsSpan(0, LongestMessage), "\n[...]");
        var fence = new string('`', Math.Max(3, LongestRun(message, '`') + 1));
        return $"**{problem.Code}**{place}\n\n{fence}text\n{message}\n{fence}\n\n";
    }

    private static string PlainLines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(PlainText.Clean));

    /// <summary>A name as it is read, in one line, whatever is in it.</summary>
    private static string Escape(string text)
    {
        var clean = new StringBuilder();
        foreach (var character in text.Length <= LongestName ? text : text[..LongestName] + "...")
        {
            if (char.IsControl(character))
                clean.Append(' ');
            else if (character is '<' or '>' or '&')
                clean.Append(character switch { '<' => "&lt;", '>' => "&gt;", _ => "&amp;" });
            else if (Special.Contains(character))
                clean.Append('\\').Append(character);
            else
                clean.Append(character);
        }
        return clean.ToString();
    }

    private static int LongestRun(string text, char character)
    {
        var (longest, run) = (0, 0);
        foreach (var each in text)
            longest = Math.Max(longest, run = each == character ? run + 1 : 0);
        return longest;
    }

    /// <summary>Pieces, as long as they fit.</summary>
    private sealed class Bounded(int limit)
    {
        private readonly StringBuilder _text = new();
        private long _bytes;
        private int _leftOut;

        public void Add(string piece)
        {
            var bytes = Encoding.UTF8.GetByteCount(piece);
            // Once something did not fit, nothing that follows it is shown: a row below another heading would mislead.
            if (_leftOut > 0 || _bytes + bytes > limit)
                _leftOut++;
            else
                _text.Append(piece);
            _bytes += bytes;
        }

        public override string ToString() => _leftOut == 0 ? _text.ToString()
            : _text.Append(CultureInfo.InvariantCulture, $"\n{_leftOut} further parts do not fit here: a summary has at most 1 MiB. The other reports have them.\n").ToString();
    }
}
