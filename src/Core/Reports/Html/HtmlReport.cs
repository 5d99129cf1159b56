using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Kontrakt.Runs;

namespace Kontrakt.Reports.Html;

/// <summary>
/// A run as one HTML file without outside references: an overview, and what is to be known of each kontrakt folded below it. It reads without scripts;
/// with them it can be searched. Its policy lets a browser run only its own script.
/// </summary>
public static class HtmlReport
{
    private static readonly string Style = Resource("report.css");
    private static readonly string Script = Resource("report.js");

    /// <summary>Writes the page. Logs are read as they are written, so that memory does not grow with them.</summary>
    /// <exception cref="IOException">The stream takes no more, as on a full disk.</exception>
    public static void Write(Stream stream, RunReport report, CancellationToken cancellationToken)
    {
        using var page = new HtmlPage(stream);
        Head(page, report);
        Header(page, report);
        page.Markup("<main id=\"main\">\n");
        RunProblems(page, report);
        var kontrakts = report.FailuresFirst;
        var scale = HtmlOverview.Scale(report);
        HtmlOverview.Write(page, kontrakts, scale);
        page.Markup("<section id=\"kontrakts\" aria-labelledby=\"kontrakts-title\"><h2 id=\"kontrakts-title\">Kontrakts in detail</h2>\n");
        var logs = new HtmlLogs(report.Folder);
        for (var number = 0; number < kontrakts.Count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            HtmlKontrakt.Write(page, report, kontrakts[number], number, logs);
        }
        page.Markup("</section>\n");
        HtmlOverview.WriteSteps(page, report, scale);
        page.Markup("</main>\n<footer><p>Written by kontrakt ").Text(Version())
            .Markup(". Times of pods are the cluster's and mostly whole seconds.</p></footer>\n<script>").Markup(Script).Markup("</script>\n</body>\n</html>\n");
    }

    private static void Head(HtmlPage page, RunReport report)
    {
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)));
        page.Markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Markup("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n")
            .Markup($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">\n")
            // An empty icon: a browser asks for none.
            .Markup("<link rel=\"icon\" href=\"data:,\">\n")
            .Element("title", $"{Outcome(report)}: kontrakts of {report.Run?.Id ?? "a run that did not begin"}")
            .Markup("\n<style>").Markup(Style).Markup("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the overview</a>\n");
    }

    private static void Header(HtmlPage page, RunReport report)
    {
        var summary = report.Run is { } run ? RunSummary.Of(run).ToString() : "the run did not begin";
        page.Markup($"<header class=\"{(report.Failed ? "failed" : "passed")}\">\n<h1>Kontrakts: ").Text(summary).Markup("</h1>\n");
        if (report.IsIncomplete)
            page.Markup("<p class=\"note\"><strong>Incomplete:</strong> ").Text(report.Incompleteness).Markup(".</p>\n");
        page.Markup("<dl>");
        Fact(page, "Run", report.Run?.Id);
        Fact(page, "Began", report.Run?.Started.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
        Fact(page, "Source reference", report.Run?.SourceReference);
        Fact(page, "Cluster", report.Run?.Cluster?.Name);
        Fact(page, "Folder", report.Run?.Directory);
        page.Markup("</dl>\n</header>\n<nav aria-label=\"Parts of this report\"><ul><li><a href=\"#overview\">Overview</a></li><li><a href=\"#kontrakts\">Kontrakts in detail</a></li><li><a href=\"#steps\">Where the time went</a></li></ul></nav>\n");
    }

    private static void Fact(HtmlPage page, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            page.Markup("<div>").Element("dt", name).Element("dd", value).Markup("</div>");
    }

    private static string Outcome(RunReport report) =>
        !report.Failed ? "Passed" : report.Others.Count > 0 || report.Kontrakts.Any(kontrakt => kontrakt.State == RunState.Failed) ? "Failed" : "Incomplete";

    private static void RunProblems(HtmlPage page, RunReport report)
    {
        if (report.Others.Count == 0)
            return;
        page.Markup("<section id=\"problems\" aria-labelledby=\"problems-title\"><h2 id=\"problems-title\">What stopped the run</h2>\n");
        foreach (var problem in report.Others)
            HtmlProblem.Write(page, report, problem);
        page.Markup("</section>\n");
    }

    private static string Version() => typeof(HtmlReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>A kontrakt's state, in a word.</summary>
    internal static string Verdict(RunKontrakt kontrakt) => kontrakt.State switch
    {
        RunState.Passed => kontrakt.Cached is null ? "passed" : "passed (cached)",
        RunState.Failed => "failed",
        _ => "no verdict",
    };

    /// <summary>The same as a name of a class.</summary>
    internal static string VerdictClass(RunKontrakt kontrakt) => kontrakt.State switch { RunState.Passed => "passed", RunState.Failed => "failed", _ => "open" };
}
