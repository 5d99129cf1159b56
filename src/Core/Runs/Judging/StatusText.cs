using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>States and events as text, after kubectl describe.</summary>
internal static class StatusText
{
    public static IEnumerable<string> Describe(IEnumerable<KubernetesObject> objects, ClusterState state)
    {
        foreach (var item in objects)
        {
            yield return item.ToString();
            foreach (var line in Describe(item, state.EventsOf(item)))
                yield return "  " + line;
            yield return "";
        }
    }

    /// <summary>One object's state and what happened to it.</summary>
    public static IEnumerable<string> Describe(KubernetesObject item, IEnumerable<KubernetesObject> events) =>
        [.. item.Kind == "Pod" ? Pod(item) : Other(item), .. Describe(events).Select(line => "event " + line)];

    public static IEnumerable<string> Describe(IEnumerable<KubernetesObject> events) => events.Select(each =>
    {
        var time = each.Text("lastTimestamp") is { Length: > 0 } last ? last : each.Text("eventTime");
        var count = KubernetesObject.Number(each.At("count"), 1);
        var about = $"{each.Text("involvedObject", "kind").ToLowerInvariant()}/{each.Text("involvedObject", "name")}";
        return string.Create(CultureInfo.InvariantCulture, $"{time} {each.Text("type")} {about} {each.Text("reason")}{(count > 1 ? $" (x{count})" : "")}: {each.Text("message").ReplaceLineEndings(" ")}");
    });

    private static IEnumerable<string> Pod(KubernetesObject pod)
    {
        yield return $"phase {pod.Text("status", "phase")} {pod.Text("status", "reason")} {pod.Text("status", "message")}".TrimEnd();
        yield return $"node {pod.Text("spec", "nodeName")}, address {pod.Text("status", "podIP")}, started {pod.Text("status", "startTime")}";
        foreach (var line in Conditions(pod))
            yield return line;
        foreach (var container in ContainerStatus.Of(pod))
        {
            yield return $"{(container.Init ? "init container" : "container")} {container.Name}: image {container.Image}, {State(container)}, {CountText.Format(container.Restarts, "restart")}{(container.Ready ? ", ready" : "")}";
            if (container.EndedBefore is { } before)
                yield return $"  before that: {before}, {before.Started:u} to {before.Finished:u}";
        }
    }

    private static IEnumerable<string> Other(KubernetesObject item)
    {
        yield return Readiness.Of(item) switch
        {
            ReadinessState.Waiting waiting => $"not ready: {waiting.Message}",
            ReadinessState.Failed failed => $"failed: {failed.Message}",
            _ => "ready",
        };
        foreach (var line in Conditions(item))
            yield return line;
    }

    private static IEnumerable<string> Conditions(KubernetesObject item) => item.Items("status", "conditions")
        .Select(condition => $"condition {ConditionReadiness.Describe(condition, condition["type"] is JsonValue type ? type.ToString() : "?")}");

    private static string State(ContainerStatus container) => container switch
    {
        { WaitingReason.Length: > 0 } => $"waiting ({container.WaitingReason}: {container.WaitingMessage})",
        { Ended: { } ended } => $"ended with {ended}, {ended.Started:u} to {ended.Finished:u}",
        { Running: true } => "running",
        _ => "no state",
    };
}
