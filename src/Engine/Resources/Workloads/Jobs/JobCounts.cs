using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>The state of a job: what its status has counted so far, and its pods of this moment.</summary>
internal sealed record JobCounts
{
    /// <summary>Pods that run or will run.</summary>
    public required IReadOnlyList<StoredObject> Active { get; init; }
    /// <summary>Pods that ended, or are being deleted, and that the status has not counted yet.</summary>
    public required IReadOnlyList<StoredObject> Ended { get; init; }
    public required long Terminating { get; init; }
    public required long Succeeded { get; init; }
    public required long Failed { get; init; }
    public required IndexSet Completed { get; init; }
    /// <summary>Why a failed pod fails the whole job; null where none does.</summary>
    public required string? Verdict { get; init; }

    /// <param name="uncounted">Of the pods, those that have not been counted.</param>
    public static JobCounts Of(StoredObject job, JobSpec spec, IReadOnlyList<StoredObject> pods, IEnumerable<StoredObject> uncounted)
    {
        var policy = job.View.At("spec", "podFailurePolicy") is not null;
        var ended = uncounted.Where(pod => PodState.HasEnded(pod.View) || (pod.IsBeingDeleted && (!spec.ReplacesEndedOnly || NobodyEnds(pod.View)))).ToList();
        var succeeded = ended.Where(pod => PodState.HasSucceeded(pod.View)).ToList();
        var decisions = ended.Except(succeeded).Select(pod => policy ? PodFailurePolicy.Of(job.View, pod.View) : new("Count", "")).ToList();
        var completed = IndexSet.Parse(job.View.Text("status", "completedIndexes"), spec.Indexed ? spec.Completions ?? 0 : 0);
        foreach (var index in succeeded.Select(pod => IndexedPods.IndexOf(pod.View)).Where(index => spec.Indexed && index >= 0 && index < spec.Completions))
            completed.Add(index);
        return new()
        {
            Active = [.. pods.Where(pod => PodState.IsActive(pod.View))],
            Ended = ended,
            Terminating = pods.Count(pod => PodState.IsBeingDeleted(pod.View) && !PodState.HasEnded(pod.View)),
            Succeeded = spec.Indexed ? completed.Count : Counted(job, "succeeded") + succeeded.Count,
            Failed = Counted(job, "failed") + decisions.Count(decision => decision.Action != "Ignore"),
            Completed = completed,
            Verdict = decisions.FirstOrDefault(decision => decision.Action == "FailJob")?.Message,
        };
    }

    /// <summary>It never ran, or was deleted by force: its node will say nothing of it any more.</summary>
    private static bool NobodyEnds(KubernetesObject pod) =>
        pod.Text("spec", "nodeName").Length == 0 || KubernetesObject.Number(pod.At("metadata", "deletionGracePeriodSeconds"), 1) == 0;

    private static long Counted(StoredObject job, string field) => KubernetesObject.Number(job.View.At("status", field));
}
