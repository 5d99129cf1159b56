using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What a deployment asks for, with the numbers worked out.</summary>
internal sealed record DeploymentSpec(long Replicas, bool Recreate, long MaxSurge, long MaxUnavailable, long MinReadySeconds, long? ProgressDeadlineSeconds, long RevisionHistoryLimit, bool Paused)
{
    public static DeploymentSpec Of(KubernetesObject deployment)
    {
        var replicas = KubernetesObject.Number(deployment.At("spec", "replicas"), 1);
        var recreate = deployment.Text("spec", "strategy", "type") == "Recreate";
        var (surge, unavailable) = recreate ? (0, 0) : Fenceposts(deployment.At("spec", "strategy", "rollingUpdate"), replicas);
        return new(replicas, recreate, surge, replicas == 0 ? 0 : Math.Min(unavailable, replicas),
            KubernetesObject.Number(deployment.At("spec", "minReadySeconds")),
            deployment.At("spec", "progressDeadlineSeconds") is { } deadline && KubernetesObject.Number(deadline) is var seconds and not int.MaxValue ? seconds : null,
            KubernetesObject.Number(deployment.At("spec", "revisionHistoryLimit"), 10),
            deployment.Text("spec", "paused") == "true");
    }

    /// <summary>A share of more pods rounds up, one of fewer rounds down; and one of the two must allow a step.</summary>
    private static (long Surge, long Unavailable) Fenceposts(JsonNode? rolling, long replicas)
    {
        var surge = RolloutAmount.Of(KubernetesObject.At(rolling, "maxSurge"), replicas, Math.Ceiling);
        var unavailable = RolloutAmount.Of(KubernetesObject.At(rolling, "maxUnavailable"), replicas, Math.Floor);
        return surge == 0 && unavailable == 0 ? (0, 1) : (surge, unavailable);
    }
}
