using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Probes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>postStart and preStop.</summary>
internal static class LifecycleHook
{
    /// <param name="hook">exec, httpGet or sleep.</param>
    public static async Task<ProbeOutcome> RunAsync(ContainerDefinition container, JsonObject hook, ProbeTarget target, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            if (hook["exec"] is JsonObject exec)
                return await ExecAction.RunAsync(target.Process, KubernetesObject.Texts(exec["command"]), cancellationToken);
            if (hook["httpGet"] is JsonObject http)
                return await new HttpAction(target.Dialer).GetAsync(container, http, target.Address, cancellationToken);
            if (hook["sleep"] is not JsonObject sleep)
                return new(false, "an unknown kind of hook", Errored: true);
            await Task.Delay(TimeSpan.FromSeconds(Math.Clamp(KubernetesObject.Number(sleep["seconds"]), 0, int.MaxValue / 1000)), time, cancellationToken);
            return ProbeOutcome.Passed;
        }
        catch (Exception e)
        {
            // Also when the grace period ended before the hook did.
            return new(false, e.Message, Errored: true);
        }
    }
}
