using System.Text.Json.Nodes;
using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>Reads from statuses and events when what happened to pods.</summary>
internal static class PodObserver
{
    private const int EventsKept = 500;

    /// <param name="all">The events to report, oldest first.</param>
    /// <param name="clean">Takes out what must not be written: secrets, control characters.</param>
    public static RunObservation Observe(IEnumerable<KubernetesObject> pods, IEnumerable<KubernetesObject> all, ClusterState state, Func<string, string> clean)
    {
        var events = all.TakeLast(EventsKept).Select(each => new RunClusterEvent(
            ClusterState.TimeText(each), each.Text("type"), each.Text("reason"), $"{each.Text("involvedObject", "kind").ToLowerInvariant()}/{each.Text("involvedObject", "name")}",
            KubernetesObject.Number(each.At("count"), 1), clean(each.Text("message").ReplaceLineEndings(" "))));
        return new([.. pods.Select(pod => Pod(pod, state.EventsOf(pod), clean))], [.. events]);
    }

    private static RunPod Pod(KubernetesObject pod, IReadOnlyList<KubernetesObject> events, Func<string, string> clean)
    {
        var containers = ContainerStatus.Of(pod).ToList();
        var pulling = events.Where(each => each.Text("reason") == "Pulling").Select(First).Min();
        return new(pod.Name, pod.Labels.GetValueOrDefault("kontrakt", ""), pod.Text("status", "phase"), pod.Text("spec", "nodeName"))
        {
            After = pod.Annotations.TryGetValue(Manifests.KontraktAnnotations.After, out var after) ? clean(after) : null,
            Created = KubernetesObject.Time(pod.Text("metadata", "creationTimestamp")),
            Scheduled = Condition(pod, "PodScheduled"),
            Pulling = pulling,
            Pulled = pulling is null ? null : events.Where(each => each.Text("reason") == "Pulled").Select(First).Max(),
            Started = Times(pod, "startedAt").Min(),
            Ready = Condition(pod, "Ready"),
            Ended = containers.Where(each => !each.Init).All(each => each.Ended is not null) ? containers.Select(each => each.Ended?.Finished).Max() : null,
            Containers = [.. containers.Select(each => new RunContainer(each.Name, each.Init, each.Image, each.Restarts, clean(State(each))))],
        };
    }

    /// <summary>When a container, no init container, first ran.</summary>
    private static IEnumerable<DateTimeOffset?> Times(KubernetesObject pod, string field) =>
        from status in pod.Items("status", "containerStatuses")
        from state in new[] { status["state"], status["lastState"] }.OfType<JsonObject>()
        from each in state.Select(pair => pair.Value).OfType<JsonObject>()
        select KubernetesObject.Time(each[field]?.ToString());

    private static string State(ContainerStatus container) => container switch
    {
        { WaitingReason.Length: > 0 } => $"waiting ({container.WaitingReason})",
        { Ended: { } ended } => $"ended with {ended}",
        { Running: true } => container.Ready ? "running, ready" : "running",
        _ => "not started",
    };

    private static DateTimeOffset? Condition(KubernetesObject pod, string type) => pod.Items("status", "conditions")
        .Where(each => each["type"]?.ToString() == type && each["status"]?.ToString() == "True").Select(each => KubernetesObject.Time(each["lastTransitionTime"]?.ToString())).FirstOrDefault();

    private static DateTimeOffset? First(KubernetesObject item) => KubernetesObject.Time(item.Text("firstTimestamp")) ?? KubernetesObject.Time(ClusterState.TimeText(item));
}
