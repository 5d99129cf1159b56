using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Probes;

/// <summary>When a probe is tried, and how many tries decide.</summary>
internal sealed record ProbeSettings(TimeSpan InitialDelay, TimeSpan Period, TimeSpan Timeout, int SuccessThreshold, int FailureThreshold)
{
    public static ProbeSettings Read(JsonObject probe) => new(
        Seconds(probe["initialDelaySeconds"], 0, 0), Seconds(probe["periodSeconds"], 10, 1), Seconds(probe["timeoutSeconds"], 1, 1),
        Count(probe["successThreshold"], 1), Count(probe["failureThreshold"], 3));

    private static TimeSpan Seconds(JsonNode? node, long otherwise, long least) => TimeSpan.FromSeconds(Math.Clamp(KubernetesObject.Number(node, otherwise), least, int.MaxValue / 1000));

    private static int Count(JsonNode? node, int otherwise) => (int)Math.Clamp(KubernetesObject.Number(node, otherwise), 1, int.MaxValue);
}
