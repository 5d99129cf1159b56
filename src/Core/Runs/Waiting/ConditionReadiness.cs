using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// Custom resources, judged as kstatus does and a little further: observedGeneration first, then what says that it failed for good (Stalled,
/// Failed), what speaks of trouble that may pass (FetchFailed, ConfigError) or of work (Reconciling, Deleting), and what says that it is done (Ready,
/// Available, ReconcileSucceeded). One without status conditions says nothing of its state and is ready at once.
/// </summary>
internal static class ConditionReadiness
{
    /// <summary>Conditions that say "done" when True; the first that an object has decides.</summary>
    private static readonly string[] Positive = ["Ready", "Available", "Succeeded", "Complete", "Completed", "Healthy", "Reconciled", "Synced"];

    /// <summary>Conditions that say "at work" when True, whatever else they contain.</summary>
    private static readonly string[] Working = ["Reconciling", "Deleting", "Terminating"];

    /// <summary>Conditions that say "not yet" when True, of an object that has no positive one.</summary>
    private static readonly string[] Beginning = ["Pending", "Initializing", "Creating", "Provisioning", "Installing", "Updating", "InProgress"];

    /// <summary>How conditions end that speak of trouble when True.</summary>
    private static readonly string[] Troubles = ["Failed", "Failure", "Error"];

    public static ReadinessState Of(KubernetesObject item)
    {
        var conditions = item.Items("status", "conditions").ToList();
        if (conditions.Count == 0)
            return ReadinessState.Ready;
        var generation = KubernetesObject.Number(item.At("metadata", "generation"));
        if (item.At("status", "observedGeneration") is { } observed && KubernetesObject.Number(observed) < generation)
            return new ReadinessState.Waiting("its controller has not seen its latest generation yet");
        if (conditions.FirstOrDefault(each => SaysFailed(each, alone: conditions.Count == 1)) is { } failed)
            return IsStale(failed, generation) ? Stale(failed) : new ReadinessState.Failed(Ktr.ResourceFailed, Describe(failed, Text(failed, "type")));
        if (conditions.FirstOrDefault(SaysTrouble) is { } trouble)
            return IsStale(trouble, generation) ? Stale(trouble) : new ReadinessState.Waiting(Describe(trouble, Text(trouble, "type")));
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
    /// Stalled and Failed are final by their meaning; Succeeded=False by Knative's (and Tekton's) contract; what ends in Failed where it is all that
    /// the object says of itself (ReconcileFailed, DeleteFailed of kapp-controller).
    /// </summary>
    private static bool SaysFailed(JsonObject condition, bool alone) =>
        Is(condition, "Succeeded", "False") || Is(condition, "Stalled", "True") || Is(condition, "Failed", "True")
        || (alone && Text(condition, "status") == "True" && Text(condition, "type").EndsWith("Failed", StringComparison.Ordinal));

    /// <summary>A try that failed (FetchFailed of Flux, ResolutionFailed of OLM, ReplicaFailure): its controller tries again. Not ready while it says so.</summary>
    private static bool SaysTrouble(JsonObject condition) => Text(condition, "status") == "True"
        && Text(condition, "type") is var type && (type == "Errored" || Troubles.Any(end => type.EndsWith(end, StringComparison.Ordinal)));

    private static bool IsStale(JsonObject condition, long generation) => condition["observedGeneration"] is { } seen && KubernetesObject.Number(seen) < generation;

    private static ReadinessState.Waiting Stale(JsonObject condition) => new($"its condition {Text(condition, "type")} is of an earlier generation");

    private static bool Is(JsonObject condition, string type, string status) => Text(condition, "type") == type && Text(condition, "status") == status;

    private static string Text(JsonObject condition, string key) => condition[key]?.ToString() ?? "";
}
