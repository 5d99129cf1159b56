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

internal enum ProbeKind { Startup, Readiness, Liveness }

/// <summary>Turns tries into a verdict: so many of one kind in a row.</summary>
internal sealed class ProbeCounter(ProbeSettings settings)
{
    private bool last;
    private int run;

    /// <returns>The verdict, once it is reached and for as long as it holds; null while it is open.</returns>
    public bool? Count(bool success)
    {
        run = success == last && run > 0 ? run + 1 : 1;
        last = success;
        return run >= (success ? settings.SuccessThreshold : settings.FailureThreshold) ? success : null;
    }
}
