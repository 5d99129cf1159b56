using System.Globalization;
using Kontrakt.Runs;

namespace Kontrakt.Reports.Html;

/// <summary>One line for each kontrakt, and the search; and, below the details, the run's own steps.</summary>
internal static class HtmlOverview
{
    private static readonly RunStep[] Steps = [RunStep.Lease, RunStep.Apply, RunStep.Wait, RunStep.Assert, RunStep.Delete];

    /// <param name="kontrakts">In the order in which they are shown.</param>
    /// <param name="scale">See <see cref="Scale"/>.</param>
    public static void Write(HtmlPage page, IReadOnlyList<RunKontrakt> kontrakts, TimeBar scale)
    {
        page.Markup("<section id=\"overview\" aria-labelledby=\"overview-title\"><h2 id=\"overview-title\">Overview</h2>\n");
        Search(page);
        page.Markup("<div class=\"scroll\"><table>\n<caption>Every kontrakt, its verdict, and when it ran</caption>\n<thead><tr><th scope=\"col\">Kontrakt</th><th scope=\"col\">Verdict</th><th scope=\"col\">Tests</th><th scope=\"col\">Time</th><th scope=\"col\">When</th></tr></thead>\n<tbody>\n");
        for (var number = 0; number < kontrakts.Count; number++)
            Row(page, kontrakts[number], number, scale);
        page.Markup("</tbody></table></div>\n");
        Legend(page, Steps.Select(step => step.Name()));
        page.Markup("</section>\n");
    }

    /// <summary>From the first step of the run to its last: of all bars of the page.</summary>
    public static TimeBar Scale(RunReport report) => new([.. (report.Run?.Steps ?? []).Select(Part), .. report.Kontrakts.SelectMany(Parts)]);

    /// <summary>What each colour means, in words.</summary>
    public static void Legend(HtmlPage page, IEnumerable<string> kinds)
    {
        page.Markup("<ul class=\"legend\" aria-label=\"Colours\">");
        foreach (var kind in kinds)
            page.Markup($"<li><i class=\"{kind}\"></i>{kind}</li>");
        page.Markup("</ul>\n");
    }

    public static IReadOnlyList<TimePart> Parts(RunKontrakt kontrakt) => [.. kontrakt.Steps.Where(span => Steps.Contains(span.Step)).Select(Part)];

    private static TimePart Part(RunSpan span) => new(span.Step.Name(), span.Began, span.Ended);

    private static void Search(HtmlPage page) => page.Markup("""
        <search hidden><form role="search" aria-label="This report">
        <label for="query">Search tests, messages, events and logs</label>
        <input id="query" type="search" autocomplete="off" spellcheck="false">
        <button type="button" id="previous">Previous</button><button type="button" id="next">Next</button>
        <label class="check"><input id="only-failed" type="checkbox">Only what has not passed</label>
        <output id="hits" for="query" aria-live="polite"></output>
        </form></search>

        """);

    private static void Row(HtmlPage page, RunKontrakt kontrakt, int number, TimeBar scale)
    {
        page.Markup(string.Create(CultureInfo.InvariantCulture, $"<tr data-kontrakt=\"{number}\"><th scope=\"row\"><a href=\"#k{number}\">")).Text(kontrakt.Name)
            .Markup($"</a></th><td><span class=\"verdict {HtmlReport.VerdictClass(kontrakt)}\">{HtmlReport.Verdict(kontrakt)}</span></td>")
            .Markup($"<td>{RunSummary.TestsOf(kontrakt)}</td><td>{Duration(kontrakt)}</td><td>");
        scale.Write(page, Parts(kontrakt));
        page.Markup("</td></tr>\n");
    }

    public static string Duration(RunKontrakt kontrakt) => kontrakt is { Began: { } began, Ended: { } ended } ? RunLine.Seconds(ended - began) : "";

    /// <summary>The run's own steps, and its images.</summary>
    public static void WriteSteps(HtmlPage page, RunReport report, TimeBar scale)
    {
        page.Markup("<section id=\"steps\" aria-labelledby=\"steps-title\"><h2 id=\"steps-title\">Where the time went</h2>\n<div class=\"scroll\"><table>\n<caption>Steps of the run as a whole, and those of all kontrakts together</caption>\n<thead><tr><th scope=\"col\">Step</th><th scope=\"col\">Time</th><th scope=\"col\">When</th></tr></thead>\n<tbody>\n");
        foreach (var span in report.Run?.Steps ?? [])
            Step(page, span.Step.Name(), [Part(span)], scale);
        foreach (var name in Steps.Select(step => step.Name()))
        {
            var parts = report.Kontrakts.SelectMany(Parts).Where(part => part.Kind == name).ToList();
            if (parts.Count > 0)
                Step(page, name, [new(name, parts.Min(part => part.Began), parts.Max(part => part.Ended))], scale, report.Kontrakts.Count > 1 ? parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Length) : null);
        }
        page.Markup("</tbody></table></div>\n");
        HtmlImages.Write(page, report, scale);
        page.Markup("</section>\n");
    }

    private static void Step(HtmlPage page, string name, IReadOnlyList<TimePart> parts, TimeBar scale, TimeSpan? sum = null)
    {
        page.Markup("<tr>").Element("th", name, "scope=\"row\"").Markup("<td>").Text(RunLine.Seconds(parts[0].Length));
        if (sum is { } all)
            page.Text($", {RunLine.Seconds(all)} of all kontrakts added up");
        page.Markup("</td><td>");
        scale.Write(page, parts);
        page.Markup("</td></tr>\n");
    }
}
