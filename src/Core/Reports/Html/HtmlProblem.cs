using System.Globalization;
using Kontrakt.Runs;

namespace Kontrakt.Reports.Html;

/// <summary>A failure with the lines of YAML that it is about.</summary>
internal static class HtmlProblem
{
    public static void Write(HtmlPage page, RunReport report, RunDiagnostic problem)
    {
        page.Markup("<article class=\"problem\"><h4>").Text(problem.Code);
        var place = problem.File is { Length: > 0 } file ? report.Shown(file) : null;
        if (place is not null)
            page.Text(" in ").Element("code", problem.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{place}({problem.Line},{problem.Column})") : place);
        page.Markup("</h4>").Element("pre", problem.Message, "class=\"message\" tabindex=\"0\"");
        if (problem is { File: { Length: > 0 } source, Line: > 0 })
            Excerpt(page, source, place ?? source, problem.Line);
        page.Markup("</article>\n");
    }

    private static void Excerpt(HtmlPage page, string file, string shown, int line)
    {
        var lines = YamlExcerpt.Around(file, line);
        if (lines.Count == 0)
            return;
        page.Markup("<figure><figcaption>").Text($"{shown}, line {line.ToString(CultureInfo.InvariantCulture)}").Markup("</figcaption><pre class=\"yaml\" tabindex=\"0\">");
        foreach (var (number, text) in lines)
        {
            var content = string.Create(CultureInfo.InvariantCulture, $"{(number == line ? '>' : ' ')} {number,5} | {text}");
            if (number == line)
                page.Element("mark", content).Markup("\n");
            else
                page.Text(content).Markup("\n");
        }
        page.Markup("</pre></figure>");
    }
}
