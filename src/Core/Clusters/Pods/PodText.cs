using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters.Pods;

/// <summary>A pod's state in one line.</summary>
internal static class PodText
{
    /// <summary>Such as "Pending: container main: ContainerCreating (MountVolume.SetUp failed ...)".</summary>
    public static string State(KubernetesObject pod, IReadOnlyList<KubernetesObject>? events = null)
    {
        var phase = pod.Text("status", "phase") is { Length: > 0 } text ? text : "Pending";
        if (pod.Text("metadata", "deletionTimestamp").Length > 0)
            return "is being deleted";
        var parts = new List<string>();
        if (pod.Condition("PodScheduled") is { } scheduled && scheduled["status"]?.ToString() == "False")
            parts.Add(string.Join(": ", new[] { scheduled["reason"]?.ToString(), scheduled["message"]?.ToString() }.Where(text => !string.IsNullOrWhiteSpace(text))));
        foreach (var container in ContainerStatus.Of(pod))
        {
            var said = events is null ? container.WaitingMessage : PodDiagnosis.PullMessage(container, events);
            if (Describe(pod, container, said) is { } state)
                parts.Add($"container {container.Name}: {state}");
        }
        if (events?.LastOrDefault(each => each.Text("type") == "Warning" && !SaysNoReason(each)) is { } warning && !parts.Any(part => part.Contains(Reason(warning), StringComparison.Ordinal)))
            parts.Add(warning.Text("message").Trim());
        parts.RemoveAll(string.IsNullOrEmpty);
        return parts.Count == 0 ? phase : $"{phase}: {string.Join("; ", parts)}";
    }

    /// <summary>Why a pod's phase is Failed: the pod's own reason (Evicted, DeadlineExceeded), and the containers that ended badly.</summary>
    public static string WhyFailed(KubernetesObject pod)
    {
        var parts = new List<string>();
        if (pod.Text("status", "reason") is { Length: > 0 } reason)
            parts.Add(pod.Text("status", "message") is { Length: > 0 } message ? $"{reason}: {message}" : reason);
        parts.AddRange(ContainerStatus.Of(pod).Where(each => each.Ended is { ExitCode: not 0 })
            .Select(each => $"{(each.Init ? "init container" : "container")} '{each.Name}' ended with {each.Ended}"));
        return parts.Count == 0 ? "its phase is Failed, without a reason" : string.Join("; ", parts);
    }

    /// <summary>A kubelet's "Error: ImagePullBackOff" says no more than the container's own state, and not why.</summary>
    private static bool SaysNoReason(KubernetesObject warning) => warning.Text("message") is "Error: ErrImagePull" or "Error: ImagePullBackOff";

    /// <summary>What a container's own state may say as well.</summary>
    private static string Reason(KubernetesObject warning) => warning.Text("message") switch
    {
        var message when message.StartsWith("Error: ", StringComparison.Ordinal) => message["Error: ".Length..],
        var message when PodDiagnosis.IsFailedPull(warning) && message.IndexOf("\": ", StringComparison.Ordinal) is > 0 and var end => message[(end + 3)..],
        var message => message,
    };

    private static string? Describe(KubernetesObject pod, ContainerStatus container, string said)
    {
        var restarts = container.Restarts == 0 ? "" : $", {CountText.Format(container.Restarts, "restart")}";
        if (container.WaitingReason.Length > 0)
            return container.WaitingReason + (said.Length == 0 ? "" : $" ({said})") + restarts;
        if (container.Ended is { } ended)
            return ended.ExitCode == 0 && (container.Init || !ContainerRestarts.Of(pod, container.Name).Follows(0)) ? null : $"ended with {ended}{restarts}";
        if (container.Running && !container.Ready && !container.Init)
            return $"running, not ready{restarts}";
        return container.Running && container.Init ? "init container running" : null;
    }
}
