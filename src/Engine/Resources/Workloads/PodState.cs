using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What the status of a pod means to those that made it.</summary>
internal static class PodState
{
    public static bool HasSucceeded(KubernetesObject pod) => pod.Text("status", "phase") == "Succeeded";

    public static bool HasFailed(KubernetesObject pod) => pod.Text("status", "phase") == "Failed";

    public static bool HasEnded(KubernetesObject pod) => HasSucceeded(pod) || HasFailed(pod);

    public static bool IsBeingDeleted(KubernetesObject item) => item.At("metadata", "deletionTimestamp") is not null;

    /// <summary>It counts as one of its owner's.</summary>
    public static bool IsActive(KubernetesObject pod) => !HasEnded(pod) && !IsBeingDeleted(pod);

    public static bool IsReady(KubernetesObject pod) => pod.Condition("Ready")?.Text("status") == "True";

    /// <summary>Since when it is ready; null while it is not.</summary>
    public static DateTimeOffset? ReadySince(KubernetesObject pod) =>
        IsReady(pod) ? KubernetesObject.Time(pod.Condition("Ready")?.Text("lastTransitionTime")) ?? DateTimeOffset.MinValue : null;

    /// <summary>When it is, or will be, available; null while it is not ready.</summary>
    public static DateTimeOffset? AvailableAt(KubernetesObject pod, long minReadySeconds) =>
        ReadySince(pod) is { } since ? minReadySeconds == 0 ? since : since.AddSeconds(minReadySeconds) : null;

    /// <summary>When the next of the pods that are ready will have been so for long enough.</summary>
    public static DateTimeOffset? NextAvailable(IEnumerable<StoredObject> pods, long minReadySeconds, DateTimeOffset now) =>
        pods.Select(pod => AvailableAt(pod.View, minReadySeconds)).Where(at => at > now).Min();

    public static bool IsAvailable(KubernetesObject pod, long minReadySeconds, DateTimeOffset now) =>
        AvailableAt(pod, minReadySeconds) is { } at && (minReadySeconds == 0 || at <= now);
}
