using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What a stateful set asks for.</summary>
/// <param name="Start">The number of the first pod.</param>
/// <param name="Partition">Pods below keep their revision.</param>
/// <param name="Ordered">One after the other, each waiting for the one before.</param>
internal sealed record StatefulSetSpec(long Replicas, long Start, long Partition, bool Ordered, bool RollsOut, long MinReadySeconds, long RevisionHistoryLimit)
{
    public static StatefulSetSpec Of(KubernetesObject set)
    {
        var rolls = set.Text("spec", "updateStrategy", "type") != "OnDelete";
        var start = Number("ordinals", "start");
        return new(KubernetesObject.Number(set.At("spec", "replicas"), 1), start, start + (rolls ? Number("updateStrategy", "rollingUpdate", "partition") : 0),
            set.Text("spec", "podManagementPolicy") != "Parallel", rolls, Number("minReadySeconds"),
            KubernetesObject.Number(set.At("spec", "revisionHistoryLimit"), 10));

        long Number(params ReadOnlySpan<object> path) => KubernetesObject.Number(set.At(["spec", .. path]));
    }
}
