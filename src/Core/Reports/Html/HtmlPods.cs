using Kontrakt.Diagnostics;
using Kontrakt.Runs;

namespace Kontrakt.Reports.Html;

/// <summary>Where the time of each pod went.</summary>
internal static class HtmlPods
{
    private static readonly string[] Kinds = ["schedule", "pull", "start", "ready", "run", "delete"];

    public static void Write(HtmlPage page, RunKontrakt kontrakt, IReadOnlyList<RunPod> pods)
    {
        if (pods.Count == 0)
            return;
        var deletion = kontrakt.Steps.Where(span => span.Step == RunStep.Delete).SelectMany(span => TimePart.Between("delete", span.Began, span.Ended)).ToList();
        var wait = kontrakt.Steps.FirstOrDefault(span => span.Step == RunStep.Wait);
        var parts = pods.Select(pod => (List<TimePart>)[.. pod.After is null ? [] : TimePart.Between("wait", wait?.Began, pod.Created), .. Parts(pod, kontrakt.Ended), .. deletion]).ToList();
        string[] kinds = pods.Any(pod => pod.After is not null) ? ["wait", .. Kinds] : Kinds;
        var scale = new TimeBar(parts.SelectMany(each => each));
        page.Markup("<div class=\"scroll\"><table>\n<caption>Pods, and where their time went</caption>\n<thead><tr><th scope=\"col\">Pod</th><th scope=\"col\">State</th>");
        foreach (var kind in kinds)
            page.Element("th", kind, "scope=\"col\"");
        page.Markup("<th scope=\"col\">When</th></tr></thead>\n<tbody>\n");
        for (var at = 0; at < pods.Count; at++)
            Row(page, pods[at], parts[at], kinds, scale);
        page.Markup("</tbody></table></div>\n");
        HtmlOverview.Legend(page, kinds);
    }

    private static void Row(HtmlPage page, RunPod pod, List<TimePart> parts, string[] kinds, TimeBar scale)
    {
        page.Markup("<tr><th scope=\"row\">").Text(pod.Name).Text(pod.Role.Length == 0 ? "" : $" ({pod.Role})").Text(pod.After is null ? "" : $" after {pod.After}").Markup("</th><td>").Text(pod.Phase).Markup("<ul class=\"containers\">");
        foreach (var container in pod.Containers)
        {
            page.Markup("<li>").Text($"{(container.Init ? "init " : "")}{container.Name}: {container.State}")
                .Text(container.Restarts == 0 ? "" : $", {CountText.Format(container.Restarts, "restart")}").Markup("</li>");
        }
        page.Markup("</ul></td>");
        foreach (var kind in kinds)
            page.Element("td", parts.FirstOrDefault(part => part.Kind == kind) is { } part ? RunLine.Seconds(part.Length) : "-");
        page.Markup("<td>");
        scale.Write(page, parts);
        page.Markup("</td></tr>\n");
    }

    /// <param name="judged">When the kontrakt had its verdict: a pod that serves ran at least until then.</param>
    private static IEnumerable<TimePart> Parts(RunPod pod, DateTimeOffset? judged) =>
    [
        .. TimePart.Between("schedule", pod.Created, pod.Scheduled),
        .. TimePart.Between("pull", pod.Pulling, pod.Pulled),
        .. TimePart.Between("start", pod.Pulled ?? pod.Scheduled, pod.Started),
        .. TimePart.Between("ready", pod.Started, pod.Ready),
        .. TimePart.Between("run", pod.Ready ?? pod.Started, pod.Ended ?? judged),
    ];
}
