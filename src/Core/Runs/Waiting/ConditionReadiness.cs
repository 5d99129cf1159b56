using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// Custom resources, judged as kstatus does and a little further: observedGeneration first, then what says that it failed (Stalled, Failed,
/// ReconcileFailed and whatever else ends so), what says that it is still at work (Reconciling, Deleting), and what says that it is done (Ready,
/// Available, ReconcileSucceeded). One without status conditions says nothing of its state and is ready at once.
/// </summary>
internal static class ConditionReadiness
{
    /// <summary>Conditions that say "done" when True; the first that an object has decides.</summary>
    private static readonly string[] Positive = ["Ready", "Available", "Succeeded", "Complete", "Completed", "Healthy", "Reconciled", "Synced"];

    /// <summary>Conditions that say "at work" when True, whatever else is said.</summary>
    private static readonly string[] Working = ["Reconciling", "Deleting", "Terminating"];

    /// <summary>Conditions that say "not yet" when True, of an object that has no positive one.</summary>
    private static readonly string[] Beginning = ["Pending", "Initializing", "Creating", "Provisioning", "Installing", "Updating", "InProgress"];

    public static ReadinessState Of(KubernetesObject item)
    {
        var conditions = item.Items("status", "conditions").ToList();
        if (conditions.Count == 0)
            return ReadinessState.Ready;
        var generation = KubernetesObject.Number(item.At("metadata", "generation"));
        if (item.At("status", "observedGeneration") is { } observed && KubernetesObject.Number(observed) < generation)
            return new ReadinessState.Waiting("its controller has not seen its latest generation yet");
        if (conditions.FirstOrDefault(SaysFailed) is { } failed)
            return IsStale(failed, generation) ? Stale(failed) : new ReadinessState.Failed(Ktr.ResourceFailed, Describe(failed, Text(failed, "type")));
        if (conditions.FirstOrDefault(each => Working.Any(type => Is(each, type, "True"))) is { } working)
            return new ReadinessState.Waiting(Describe(working, Text(working, "type")));
        var decides = Positive.Select(type => conditions.FirstOrDefault(each => Text(each, "type") == type)).OfType<JsonObject>().FirstOrDefault()
            ?? conditions.FirstOrDefault(each => Text(each, "type").EndsWith("Succeeded", StringComparison.Ordinal));
        if (decides is not null)
            return IsStale(decides, generation) ? Stale(decides) : Text(decides, "status") == "True" ? ReadinessState.Ready : new ReadinessState.Waiting(Describe(decides, Text(decides, "type")));
        return conditions.FirstOrDefault(each => Beginning.Any(type => Is(each, type, "True"))) is { } beginning
            ? new ReadinessState.Waiting(Describe(beginning, Text(beginning, "type")))
            : ReadinessState.Ready;
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

    /// <summary>
    /// Stalled and Failed are final by their meaning, and so is every type that ends like it (ReconcileFailed, DeleteFailed, ConfigError);
    /// Succeeded=False is final by Knative's (and Tekton's) contract.
    /// </summary>
    private static bool SaysFailed(JsonObject condition)
    {
        var type = Text(condition, "type");
        return Is(condition, "Succeeded", "False") || (Text(condition, "status") == "True"
            && (type is "Stalled" or "Errored" || type.EndsWith("Failed", StringComparison.Ordinal) || type.EndsWith("Failure", StringComparison.Ordinal) || type.EndsWith("Error", StringComparison.Ordinal)));
    }

    private static bool IsStale(JsonObject condition, long generation) => condition["observedGeneration"] is { } seen && KubernetesObject.Number(seen) < generation;

    private static ReadinessState.Waiting Stale(JsonObject condition) => new($"its condition {Text(condition, "type")} is of an earlier generation");

    private static bool Is(JsonObject condition, string type, string status) => Text(condition, "type") == type && Text(condition, "status") == status;

    private static string Text(JsonObject condition, string key) => condition[key]?.ToString() ?? "";
}
