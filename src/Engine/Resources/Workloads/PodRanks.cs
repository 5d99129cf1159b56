using System.Globalization;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Which pods go first when there are too many: those that do the least, then the youngest.</summary>
internal static class PodRanks
{
    public static IEnumerable<StoredObject> FirstToGo(IEnumerable<StoredObject> pods) => pods
        .OrderBy(pod => pod.View.Text("spec", "nodeName").Length > 0)
        .ThenBy(pod => pod.View.Text("status", "phase") switch { "Running" => 2, "Unknown" => 1, _ => 0 })
        .ThenBy(pod => PodState.IsReady(pod.View))
        .ThenBy(pod => int.TryParse(pod.View.Annotations.GetValueOrDefault("controller.kubernetes.io/pod-deletion-cost"), CultureInfo.InvariantCulture, out var cost) ? cost : 0)
        .ThenByDescending(pod => PodState.ReadySince(pod.View) ?? DateTimeOffset.MinValue)
        .ThenByDescending(pod => Restarts(pod.View))
        .ThenByDescending(pod => pod.View.Text("metadata", "creationTimestamp"), StringComparer.Ordinal)
        .ThenByDescending(pod => KubernetesObject.Number(pod.View.At("metadata", "resourceVersion")));

    public static long Restarts(KubernetesObject pod)
    {
        var statuses = pod.Items("status", "containerStatuses").Concat(pod.Items("status", "initContainerStatuses"));
        return statuses.Sum(status => KubernetesObject.Number(status["restartCount"]));
    }
}
