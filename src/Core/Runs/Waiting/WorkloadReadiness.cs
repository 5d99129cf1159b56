using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>The rules of the kinds that make pods. A status counts only once the controller has seen the object's generation.</summary>
internal static class WorkloadReadiness
{
    /// <summary>How many pods it should have; null while its controller has not seen it, and of kinds that do not say.</summary>
    public static long? Wanted(KubernetesObject item) => Unseen(item) is not null ? null : (item.GroupVersionKind.Group, item.Kind) switch
    {
        ("apps" or "extensions", "Deployment" or "ReplicaSet" or "StatefulSet") or ("", "ReplicationController") => Number(item, 1, "spec", "replicas"),
        ("apps" or "extensions", "DaemonSet") => Number(item, 0, "status", "desiredNumberScheduled"),
        _ => null,
    };

    public static ReadinessState Deployment(KubernetesObject item)
    {
        if (Unseen(item) is { } unseen)
            return unseen;
        var halted = item.Condition("Progressing") is { } progressing && Text(progressing, "status") == "False" ? progressing : null;
        if (halted is not null && Text(halted, "reason") == "ProgressDeadlineExceeded")
            return new ReadinessState.Failed(Ktr.ResourceFailed, ConditionReadiness.Describe(halted, "Progressing"));
        if (Refused(item) is { } refused)
            return refused;
        // Its controller tries again: a ReplicaSet that could not be made, say.
        if (halted is not null)
            return Waiting(ConditionReadiness.Describe(halted, "Progressing"));
        var wanted = Number(item, 1, "spec", "replicas");
        var updated = Number(item, 0, "status", "updatedReplicas");
        if (updated < wanted)
            return Waiting($"{updated} of {wanted} pods are of the latest revision");
        var all = Number(item, 0, "status", "replicas");
        if (all > updated)
            return Waiting($"has still {CountText.Format(all - updated, "pod")} of an earlier revision");
        return Pods(Math.Min(Number(item, 0, "status", "availableReplicas"), wanted - Number(item, 0, "status", "unavailableReplicas")), wanted, "available");
    }

    public static ReadinessState StatefulSet(KubernetesObject item)
    {
        if (Unseen(item) is { } unseen)
            return unseen;
        var wanted = Number(item, 1, "spec", "replicas");
        if (item.Text("spec", "updateStrategy", "type") != "OnDelete")
        {
            var partition = Number(item, 0, "spec", "updateStrategy", "rollingUpdate", "partition");
            var updated = Number(item, 0, "status", "updatedReplicas");
            var toUpdate = Math.Max(0, wanted - partition);
            if (updated < toUpdate)
                return Waiting($"{updated} of {toUpdate} pods are of the latest revision");
        }
        return Surplus(item, wanted) ?? Standing(item, wanted, "readyReplicas", "availableReplicas");
    }

    public static ReadinessState DaemonSet(KubernetesObject item)
    {
        if (Unseen(item) is { } unseen)
            return unseen;
        var wanted = Number(item, 0, "status", "desiredNumberScheduled");
        var updated = Number(item, 0, "status", "updatedNumberScheduled");
        if (item.Text("spec", "updateStrategy", "type") != "OnDelete" && updated < wanted)
            return Waiting($"{updated} of {wanted} pods are of the latest revision");
        return Standing(item, wanted, "numberReady", "numberAvailable");
    }

    public static ReadinessState ReplicaSet(KubernetesObject item)
    {
        var wanted = Number(item, 1, "spec", "replicas");
        return Unseen(item) ?? Refused(item) ?? Surplus(item, wanted) ?? Standing(item, wanted, "readyReplicas", "availableReplicas");
    }

    public static ReadinessState Job(KubernetesObject item)
    {
        if (item.Condition("Failed") is { } failed && Text(failed, "status") == "True")
            return new ReadinessState.Failed(Ktr.JobFailed, JobFailure(failed));
        if (item.Condition("Complete") is { } complete && Text(complete, "status") == "True")
            return ReadinessState.Ready;
        if (item.Text("spec", "suspend") == "true")
            return Waiting("is suspended (spec.suspend)");
        return Waiting($"runs: {CountText.Format(Number(item, 0, "status", "active"), "pod")} active, {Number(item, 0, "status", "failed")} failed, {Number(item, 0, "status", "succeeded")} of {Number(item, 1, "spec", "completions")} succeeded");
    }

    private static string JobFailure(JsonObject failed)
    {
        var (reason, message) = (Text(failed, "reason"), Text(failed, "message"));
        return reason.Length == 0 ? message : message.Length == 0 ? reason : $"{message} ({reason})";
    }

    private static ReadinessState.Waiting? Unseen(KubernetesObject item) =>
        Number(item, 0, "status", "observedGeneration") < Number(item, 0, "metadata", "generation") ? Waiting("its controller has not seen it yet") : null;

    /// <summary>A quota or an admission rule that refuses pods: it may be lifted, so it is waited for.</summary>
    private static ReadinessState.Waiting? Refused(KubernetesObject item) =>
        item.Condition("ReplicaFailure") is { } refused && Text(refused, "status") == "True" ? Waiting(ConditionReadiness.Describe(refused, "ReplicaFailure")) : null;

    /// <summary>Pods that are on their way out after scaling down.</summary>
    private static ReadinessState.Waiting? Surplus(KubernetesObject item, long wanted) =>
        Number(item, 0, "status", "replicas") - wanted is > 0 and var surplus ? Waiting($"has still {CountText.Format(surplus, "pod")} more than wanted") : null;

    /// <summary>Where minReadySeconds says that being ready is not enough, the controller counts who has been for long enough: available.</summary>
    private static ReadinessState Standing(KubernetesObject item, long wanted, string ready, string available) => Number(item, 0, "spec", "minReadySeconds") > 0
        ? Pods(Number(item, 0, "status", available), wanted, "available (spec.minReadySeconds)")
        : Pods(Number(item, 0, "status", ready), wanted, "ready");

    private static ReadinessState Pods(long ready, long wanted, string what) =>
        ready >= wanted ? ReadinessState.Ready : Waiting($"{Math.Max(0, ready)} of {wanted} pods are {what}");

    private static long Number(KubernetesObject item, long otherwise, params ReadOnlySpan<object> path) => KubernetesObject.Number(item.At(path), otherwise);

    private static string Text(JsonObject condition, string key) => condition[key]?.ToString() ?? "";

    private static ReadinessState.Waiting Waiting(string message) => new(message);
}
