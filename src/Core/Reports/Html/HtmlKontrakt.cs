using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Runs;

namespace Kontrakt.Reports.Html;

/// <summary>All of one kontrakt, folded; one that has not passed is open where they are few.</summary>
internal static class HtmlKontrakt
{
    private const int OpenAtMost = 5;

    public static void Write(HtmlPage page, RunReport report, RunKontrakt kontrakt, int number, HtmlLogs logs)
    {
        var open = kontrakt.State == RunState.Failed && report.Kontrakts.Count(each => each.State == RunState.Failed) <= OpenAtMost;
        page.Markup(string.Create(CultureInfo.InvariantCulture, $"<details class=\"kontrakt\" id=\"k{number}\" data-verdict=\"{HtmlReport.VerdictClass(kontrakt)}\"{(open ? " open" : "")}>\n<summary><h3>"))
            .Text(kontrakt.Name).Markup($"</h3> <span class=\"verdict {HtmlReport.VerdictClass(kontrakt)}\">{HtmlReport.Verdict(kontrakt)}</span> ").Text(HtmlOverview.Duration(kontrakt)).Markup("</summary>\n");
        page.Markup("<p>").Element("code", report.Shown(kontrakt.Directory));
        if (kontrakt.Namespace is { } place)
            page.Text(" in namespace ").Element("code", place.Name).Text(place.Deleted ? ", which is deleted" : ", which is still there");
        page.Markup("</p>\n");
        if (kontrakt.Cached is { } cached)
            page.Element("p", $"Nothing that decides its verdict has changed since it passed on {RunLine.Time(cached.Passed)}, in run {cached.Run}, so it was not run again. The times of its tests are from then.").Markup("\n");
        foreach (var problem in kontrakt.Diagnostics)
            HtmlProblem.Write(page, report, problem);
        Tests(page, report, kontrakt);
        if (report.Folder is { } folder)
        {
            var observed = Observed(Path.Combine(folder, kontrakt.Name));
            HtmlPods.Write(page, kontrakt, observed?.Pods ?? []);
            Events(page, observed?.Events ?? []);
            logs.Write(page, kontrakt.Name);
        }
        page.Markup("</details>\n");
    }

    private static RunObservation? Observed(string folder)
    {
        try
        {
            return RunObservation.Find(folder);
        }
        catch (Exception unreadable) when (ReportFile.IsRefusal(unreadable))
        {
            return null;
        }
    }

    private static void Tests(HtmlPage page, RunReport report, RunKontrakt kontrakt)
    {
        if (kontrakt.Tests.Count == 0)
            return;
        page.Markup("<div class=\"scroll\"><table>\n<caption>Tests</caption>\n<thead><tr><th scope=\"col\">Test</th><th scope=\"col\">Verdict</th><th scope=\"col\">Time</th><th scope=\"col\">Place</th></tr></thead>\n<tbody>\n");
        foreach (var test in kontrakt.Tests.OrderBy(test => test.Name, StringComparer.Ordinal))
        {
            var (verdict, look) = (test.Verdict, test.Stopped ? "open" : test.Verdict);
            page.Markup("<tr>").Element("th", test.Name, "scope=\"row\"").Markup($"<td><span class=\"verdict {look}\">{verdict}</span> ").Text(test.Passed ? "" : test.Message)
                .Markup("</td>").Element("td", RunLine.Seconds(TimeSpan.FromSeconds(double.IsFinite(test.Seconds) ? Math.Clamp(test.Seconds, 0, 1e9) : 0)))
                .Element("td", test.File is { Length: > 0 } file ? string.Create(CultureInfo.InvariantCulture, $"{report.Shown(file)}({test.Line})") : "").Markup("</tr>\n");
        }
        page.Markup("</tbody></table></div>\n");
    }

    private static void Events(HtmlPage page, IReadOnlyList<RunClusterEvent> events)
    {
        if (events.Count == 0)
            return;
        var warnings = events.Count(each => each.Type == "Warning");
        page.Markup(string.Create(CultureInfo.InvariantCulture, $"<details class=\"part\"><summary>Events: {events.Count} ({CountText.Format(warnings, "warning")})</summary>\n<div class=\"scroll\"><table>\n<caption>Events of the cluster</caption>\n<thead><tr><th scope=\"col\">Time</th><th scope=\"col\">Type</th><th scope=\"col\">About</th><th scope=\"col\">Reason</th><th scope=\"col\">Message</th></tr></thead>\n<tbody>\n"));
        foreach (var each in events)
        {
            page.Markup($"<tr{(each.Type == "Warning" ? " class=\"warning\"" : "")}>").Element("td", each.Time).Element("td", each.Type).Element("td", each.About)
                .Element("td", each.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{each.Reason} ({each.Count} times)") : each.Reason).Element("td", each.Message).Markup("</tr>\n");
        }
        page.Markup("</tbody></table></div></details>\n");
    }
}
