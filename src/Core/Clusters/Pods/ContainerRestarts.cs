using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters.Pods;

/// <summary>
/// When a container is started again: by its own restartPolicy and restartPolicyRules (Kubernetes 1.34), else by its pod's policy. Of its rules the first
/// that matches an exit code counts; where none does, the policy.
/// </summary>
/// <param name="Policy">Always, OnFailure or Never.</param>
internal sealed record ContainerRestarts(string Policy, IReadOnlyList<JsonObject> Rules)
{
    /// <param name="name">A main container.</param>
    public static ContainerRestarts Of(KubernetesObject pod, string name) =>
        Of(pod, pod.Items("spec", "containers").FirstOrDefault(container => container["name"]?.ToString() == name));

    /// <summary>Whether none of its main containers is started again, whatever it ends with.</summary>
    public static bool AreNone(KubernetesObject pod) =>
        pod.Items("spec", "containers").All(container => Of(pod, container) is { Policy: "Never", Rules.Count: 0 });

    /// <summary>Whether the container is started again after an end with this code.</summary>
    public bool Follows(int exitCode) => FollowsByRule(exitCode) || Policy == "Always" || (Policy == "OnFailure" && exitCode != 0);

    /// <summary>Whether a rule says so: an end that does not decide.</summary>
    public bool FollowsByRule(int exitCode) => Rules.Any(rule => Matches(new(rule), exitCode));

    private static ContainerRestarts Of(KubernetesObject pod, JsonObject? container)
    {
        var pods = pod.Text("spec", "restartPolicy") is { Length: > 0 } text ? text : "Always";
        return container is null ? new(pods, [])
            : new(container["restartPolicy"]?.ToString() ?? pods, [.. new KubernetesObject(container).Items("restartPolicyRules")]);
    }

    /// <summary>Every action restarts the container.</summary>
    private static bool Matches(KubernetesObject rule, int exitCode) =>
        (rule.At("exitCodes", "values") as JsonArray ?? []).Any(value => KubernetesObject.Number(value) == exitCode) == (rule.Text("exitCodes", "operator") == "In");
}
