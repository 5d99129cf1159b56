using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What a daemon set asks for, with the numbers worked out.</summary>
/// <param name="MaxSurge">Nodes that may have a pod of the new template beside one of the old.</param>
/// <param name="MaxUnavailable">Nodes that may be without a pod that is available.</param>
internal sealed record DaemonSetSpec(bool RollsOut, long MaxSurge, long MaxUnavailable, long MinReadySeconds, long RevisionHistoryLimit)
{
    /// <param name="nodes">The number that percents are of.</param>
    public static DaemonSetSpec Of(KubernetesObject set, long nodes)
    {
        var surge = RolloutAmount.Of(set.At("spec", "updateStrategy", "rollingUpdate", "maxSurge"), nodes, Math.Ceiling);
        var unavailable = RolloutAmount.Of(set.At("spec", "updateStrategy", "rollingUpdate", "maxUnavailable"), nodes, Math.Ceiling);
        return new(set.Text("spec", "updateStrategy", "type") != "OnDelete", surge, surge == 0 ? Math.Max(1, unavailable) : unavailable,
            KubernetesObject.Number(set.At("spec", "minReadySeconds")), KubernetesObject.Number(set.At("spec", "revisionHistoryLimit"), 10));
    }
}
