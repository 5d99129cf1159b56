using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What a deployment's status says: the numbers, whether enough is available, whether it gets on, and since when it does not.</summary>
internal sealed class DeploymentStatus(ClusterObjects objects, StoredObject deployment, DeploymentSpec spec)
{
    private const string Progressing = "Progressing";
    private const string Done = "NewReplicaSetAvailable";
    private const string Late = "ProgressDeadlineExceeded";

    /// <summary>A rollout that is held does not run out of time.</summary>
    public void NotePause()
    {
        if (spec.ProgressDeadlineSeconds is null || Reason() == Late)
            return;
        if (spec.Paused && Reason() != "DeploymentPaused")
            Note(new(Progressing, "Unknown", "DeploymentPaused", "Deployment is paused"));
        else if (!spec.Paused && Reason() == "DeploymentPaused")
            Note(new(Progressing, "Unknown", "DeploymentResumed", "Deployment is resumed"));
    }

    public void NoteNewSet(ReplicaSets sets, bool created)
    {
        if (spec.ProgressDeadlineSeconds is null || sets.New is not { } current)
            return;
        if (created)
            Note(new(Progressing, "True", "NewReplicaSetCreated", $"Created new replica set \"{current.Key.Name}\""));
        else if (Reason().Length == 0)
            Note(new(Progressing, "True", "FoundNewReplicaSet", $"Found new replica set \"{current.Key.Name}\""));
    }

    public void NoteFailure(StatusException refusal)
    {
        if (spec.ProgressDeadlineSeconds is not null)
            Note(new(Progressing, "False", "FailedCreate", $"Failed to create new replica set: {refusal.Message}"));
    }

    /// <returns>When the deadline will be over.</returns>
    public DateTimeOffset? Write(ReplicaSets sets)
    {
        var written = objects.UpdateStatus(deployment.Key, item =>
        {
            var before = item["status"] as JsonObject ?? [];
            var next = Counts(sets, before);
            SetAvailable(next);
            SetProgress(next, before, sets);
            SetFailure(next, sets);
            item["status"] = next;
        });
        return Deadline(written.View.Condition(Progressing)) is { } deadline && deadline > objects.Time.GetUtcNow() ? deadline : null;
    }

    private JsonObject Counts(ReplicaSets sets, JsonObject before)
    {
        var next = new JsonObject { ["observedGeneration"] = KubernetesObject.Number(deployment.View.At("metadata", "generation")) };
        var available = sets.All.Sum(set => ReplicaSets.Count(set, "availableReplicas"));
        Put("replicas", sets.All.Sum(set => ReplicaSets.Count(set, "replicas")));
        Put("updatedReplicas", sets.New is null ? 0 : ReplicaSets.Count(sets.New, "replicas"));
        Put("readyReplicas", sets.All.Sum(set => ReplicaSets.Count(set, "readyReplicas")));
        Put("availableReplicas", available);
        Put("unavailableReplicas", Math.Max(0, sets.TotalWanted - available));
        foreach (var kept in (ReadOnlySpan<string>)["collisionCount", "conditions"])
        {
            if (before[kept] is { } value)
                next[kept] = value.DeepClone();
        }
        return next;

        void Put(string field, long count)
        {
            if (count > 0)
                next[field] = count;
        }
    }

    private void SetAvailable(JsonObject next) => Set(next, Number(next, "availableReplicas") >= spec.Replicas - spec.MaxUnavailable
        ? new("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
        : new("Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."));

    private void SetProgress(JsonObject next, JsonObject before, ReplicaSets sets)
    {
        if (spec.ProgressDeadlineSeconds is null)
        {
            Conditions.Remove(next, Progressing);
            return;
        }
        var current = Conditions.Find(next, Progressing);
        if (spec.Paused || (current?.Text("reason") == Done && Number(next, "replicas") == Number(next, "updatedReplicas")))
            return;
        var what = sets.New is { } set ? $"ReplicaSet \"{set.Key.Name}\"" : $"Deployment \"{deployment.Key.Name}\"";
        if (IsComplete(next))
            Set(next, new(Progressing, "True", Done, $"{what} has successfully progressed."));
        else if (HasProgressed(before, next))
            SetAgain(next, new(Progressing, "True", "ReplicaSetUpdated", $"{what} is progressing."));
        else if (current?.Text("reason") == Late || Deadline(current) <= objects.Time.GetUtcNow())
            Set(next, new(Progressing, "False", Late, $"{what} has timed out progressing."));
    }

    /// <summary>Why pods of the new set, or of any, cannot be made.</summary>
    private void SetFailure(JsonObject next, ReplicaSets sets)
    {
        var failure = sets.All.Reverse().Select(set => set.View.Condition("ReplicaFailure")).OfType<JsonObject>().FirstOrDefault();
        if (failure is null)
            Conditions.Remove(next, "ReplicaFailure");
        else
            Set(next, new("ReplicaFailure", failure.Text("status"), failure.Text("reason"), failure.Text("message")));
    }

    private bool IsComplete(JsonObject next) =>
        Number(next, "updatedReplicas") == spec.Replicas && Number(next, "replicas") == spec.Replicas && Number(next, "availableReplicas") == spec.Replicas;

    private static bool HasProgressed(JsonObject before, JsonObject next) =>
        Number(next, "updatedReplicas") > Number(before, "updatedReplicas")
        || Number(next, "replicas") - Number(next, "updatedReplicas") < Number(before, "replicas") - Number(before, "updatedReplicas")
        || Number(next, "readyReplicas") > Number(before, "readyReplicas")
        || Number(next, "availableReplicas") > Number(before, "availableReplicas");

    /// <summary>When it will have been without progress for too long; null when nothing is waited for.</summary>
    private DateTimeOffset? Deadline(JsonObject? progress) =>
        spec.ProgressDeadlineSeconds is { } seconds && progress is not null && !spec.Paused && progress.Text("reason") is not (Done or Late)
            ? KubernetesObject.Time(progress.Text("lastUpdateTime"))?.AddSeconds(seconds)
            : null;

    private string Reason() => deployment.View.Condition(Progressing)?.Text("reason") ?? "";

    private void Note(StatusCondition condition) => objects.UpdateStatus(deployment.Key, item => Set(item.Always("status"), condition));

    private void Set(JsonObject status, StatusCondition condition) => Conditions.Set(status, condition, objects.Timestamp(), updated: true);

    /// <summary>Each step counts as progress from now on, even where it says the same.</summary>
    private void SetAgain(JsonObject status, StatusCondition condition)
    {
        Set(status, condition);
        if (Conditions.Find(status, condition.Type) is { } found)
            found["lastUpdateTime"] = objects.Timestamp();
    }

    private static long Number(JsonObject status, string field) => KubernetesObject.Number(status[field]);
}
