using Kontrakt.Runs;

namespace Kontrakt.Reports.Html;

/// <summary>Every image of the run: what built it and when, that nothing had to be built, or that only its digest was asked for.</summary>
internal static class HtmlImages
{
    /// <param name="scale">That of the run's steps.</param>
    public static void Write(HtmlPage page, RunReport report, TimeBar scale)
    {
        if (report.Run is not { } run || run.Images.Count + run.Pinned.Count == 0)
            return;
        page.Markup("<details class=\"part\"><summary>Images: ").Text(ImageSummary.Of(run).ToString()).Markup("</summary>\n")
            .Markup("<div class=\"scroll\"><table class=\"images\">\n<caption>").Text(Caption(run)).Markup("</caption>\n<thead><tr><th scope=\"col\">Image</th><th scope=\"col\">How it came to be</th><th scope=\"col\">Time</th><th scope=\"col\">When</th></tr></thead>\n<tbody>\n");
        foreach (var image in run.Images)
            Row(page, report, image, scale);
        foreach (var pin in run.Pinned)
            page.Markup("<tr>").Element("th", pin.Image, "scope=\"row\"").Markup("<td>resolved, not built: ").Element("code", pin.Digest).Markup("</td><td></td><td></td></tr>\n");
        page.Markup("</tbody></table></div></details>\n");
    }

    private static void Row(HtmlPage page, RunReport report, RunImage image, TimeBar scale)
    {
        page.Markup("<tr>").Element("th", $"{image.Name}:{image.Tag}", "scope=\"row\"").Markup("<td>").Text(image.Reused ? "unchanged, nothing was built: " : image.Builder is { } builder ? $"built by {builder}: " : "built: ")
            .Element("code", image.Digest).Text(" from ").Element("code", report.Shown(image.Source)).Markup("</td><td>");
        List<TimePart> parts = [.. TimePart.Between(RunStep.Build.Name(), image.Began, image.Ended)];
        if (parts is [var part])
            page.Text(image.Reused ? $"{RunLine.Seconds(part.Length)} to see that" : RunLine.Seconds(part.Length));
        page.Markup("</td><td>");
        if (!image.Reused && parts.Count > 0)
            scale.Write(page, parts);
        page.Markup("</td></tr>\n");
    }

    /// <summary>Projects are compiled together, before the first of their images begins.</summary>
    private static string Caption(RunRecord run)
    {
        var first = run.Images.Where(image => image.Builder == RunImage.SdkContainers).Min(image => image.Began);
        var shared = TimePart.Between(RunStep.Build.Name(), run.Steps.FirstOrDefault(span => span.Step == RunStep.Build)?.Began, first).ToList();
        return "Every image, and when it was built" + (shared is [var before] ? $", after {RunLine.Seconds(before.Length)} of restoring and compiling projects" : "");
    }
}
