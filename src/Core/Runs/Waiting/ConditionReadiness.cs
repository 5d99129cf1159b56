using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// Custom resources, judged as kstatus does: observedGeneration first, then the conditions Stalled and Reconciling, Failed, Ready,
/// Available, Succeeded. One without status conditions says nothing of its state and is ready at once.
/// </summary>
internal static class ConditionReadiness
{
    /// <summary>Conditions that say "done" when True; the first that an object has decides.</summary>
    private static readonly string[] Positive = ["Ready", "Available", "Succeeded", "Complete", "Completed", "Healthy"];

    public static ReadinessState Of(KubernetesObject item)
    {
        var conditions = item.Items("status", "conditions").ToList();
        if (conditions.Count == 0)
            return ReadinessState.Ready;
        var generation = KubernetesObject.Number(item.At("metadata", "generation"));
        if (item.At("status", "observedGeneration") is { } observed && KubernetesObject.Number(observed) < generation)
            return new ReadinessState.Waiting("its controller has not seen its latest generation yet");
        if (Failure(conditions) is { } failure)
            return new ReadinessState.Failed(Ktr.ResourceFailed, failure);
        if (conditions.FirstOrDefault(each => Is(each, "Reconciling", "True")) is { } reconciling)
            return new ReadinessState.Waiting(Describe(reconciling, "Reconciling"));
        foreach (var type in Positive)
        {
            if (conditions.FirstOrDefault(each => Text(each, "type") == type) is not { } condition)
                continue;
            if (condition["observedGeneration"] is { } seen && KubernetesObject.Number(seen) < generation)
                return new ReadinessState.Waiting($"its condition {type} is of an earlier generation");
            return Text(condition, "status") == "True" ? ReadinessState.Ready : new ReadinessState.Waiting(Describe(condition, type));
        }
        return ReadinessState.Ready;
    }

    /// <summary>"Available is False (Reason: message)".</summary>
    public static string Describe(JsonObject? condition, string type)
    {
        if (condition is null)
            return $"has no condition {type} yet";
        var (reason, message) = (Text(condition, "reason"), Text(condition, "message"));
        var why = reason.Length == 0 ? message : message.Length == 0 ? reason : $"{reason}: {message}";
        return $"{type} is {Text(condition, "status")}" + (why.Length == 0 ? "" : $" ({why})");
    }

    /// <summary>Stalled and Failed are final by their meaning; Succeeded=False is final by Knative's (and Tekton's) contract.</summary>
    private static string? Failure(List<JsonObject> conditions)
    {
        var failed = conditions.FirstOrDefault(each => Is(each, "Stalled", "True") || Is(each, "Failed", "True") || Is(each, "Succeeded", "False"));
        return failed is null ? null : Describe(failed, Text(failed, "type"));
    }

    private static bool Is(JsonObject condition, string type, string status) => Text(condition, "type") == type && Text(condition, "status") == status;

    private static string Text(JsonObject condition, string key) => condition[key]?.ToString() ?? "";
}
