using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What a job makes of a failed pod: the first rule that matches decides, and without one it counts.</summary>
internal static class PodFailurePolicy
{
    /// <param name="Action">Count, Ignore or FailJob.</param>
    /// <param name="Message">Of the failed job.</param>
    internal sealed record Decision(string Action, string Message);

    public static Decision Of(KubernetesObject job, KubernetesObject pod)
    {
        var index = 0;
        foreach (var rule in job.Items("spec", "podFailurePolicy", "rules"))
        {
            if (Match(rule, pod) is { } what)
                return new(rule.Text("action"), $"{what} matching {rule.Text("action")} rule at index {index}");
            index++;
        }
        return new("Count", "");
    }

    private static string? Match(JsonObject rule, KubernetesObject pod) => rule["onExitCodes"] is JsonObject codes ? MatchExit(codes, pod) : MatchCondition(rule, pod);

    private static string? MatchExit(JsonObject rule, KubernetesObject pod)
    {
        var values = (rule.List("values") ?? []).Select(value => KubernetesObject.Number(value)).ToHashSet();
        foreach (var status in pod.Items("status", "initContainerStatuses").Concat(pod.Items("status", "containerStatuses")))
        {
            var code = KubernetesObject.Number(KubernetesObject.At(status, "state", "terminated", "exitCode"));
            if (code == 0 || (rule.Text("containerName") is { Length: > 0 } container && container != status.Text("name")))
                continue;
            if (values.Contains(code) == (rule.Text("operator") == "In"))
                return $"Container {status.Text("name")} for pod {pod.Namespace}/{pod.Name} failed with exit code {code}";
        }
        return null;
    }

    private static string? MatchCondition(JsonObject rule, KubernetesObject pod)
    {
        foreach (var wanted in rule.Each("onPodConditions"))
        {
            var status = wanted.Text("status") is { Length: > 0 } text ? text : "True";
            if (pod.Condition(wanted.Text("type"))?.Text("status") == status)
                return $"Pod {pod.Namespace}/{pod.Name} has condition {wanted.Text("type")}";
        }
        return null;
    }
}
