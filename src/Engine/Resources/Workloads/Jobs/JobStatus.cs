using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What a job's status says: the counts, when it began and ended, and how.</summary>
internal sealed class JobStatus(ClusterObjects objects, EventRecorder events, StoredObject job, JobSpec spec)
{
    private readonly DateTimeOffset? started = KubernetesObject.Time(job.View.Text("status", "startTime"));

    /// <summary>When it ended; null while it has not.</summary>
    public static DateTimeOffset? EndOf(KubernetesObject job)
    {
        var last = job.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") is "Complete" or "Failed" && condition.Text("status") == "True");
        return last is null ? null : KubernetesObject.Time(last.Text("lastTransitionTime")) ?? DateTimeOffset.MinValue;
    }

    /// <summary>When it will have taken too long.</summary>
    public DateTimeOffset? Deadline => spec.Suspended ? null : (started ?? Now()) + spec.ActiveDeadline;

    /// <returns>The condition that ends it; null while it goes on.</returns>
    public StatusCondition? Judge(JobCounts tally, DateTimeOffset now)
    {
        if (tally.Verdict is { } verdict)
            return new("Failed", "True", "PodFailurePolicy", verdict);
        if (tally.Failed > spec.BackoffLimit || RestartsExceeded(tally))
            return new("Failed", "True", "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        if (started is not null && Deadline <= now)
            return new("Failed", "True", "DeadlineExceeded", "Job was active longer than specified deadline");
        if (spec.Suspended && spec.Completions is null)
            return null;
        var complete = spec.Completions is { } wanted ? tally.Succeeded >= wanted : tally.Succeeded > 0 && tally.Active.Count == 0;
        return complete ? new("Complete", "True", "CompletionsReached", "Reached expected number of succeeded pods") : null;
    }

    public void Write(JobCounts tally, StatusCondition? outcome)
    {
        var now = objects.Timestamp();
        objects.UpdateStatus(job.Key, item =>
        {
            var status = item.Always("status");
            Count(status, tally);
            if (outcome is null)
                Suspend(status, now);
            if (!spec.Suspended)
                status["startTime"] ??= now;
            if (outcome is not null)
                End(status, outcome, now);
        });
        Announce(outcome);
    }

    private void Count(JsonObject status, JobCounts tally)
    {
        Put("active", tally.Active.Count);
        Put("succeeded", tally.Succeeded);
        Put("failed", tally.Failed);
        status["ready"] = (long)tally.Active.Count(pod => PodState.IsReady(pod.View));
        status["terminating"] = tally.Terminating;
        if (spec.Indexed && tally.Completed.Count > 0)
            status["completedIndexes"] = tally.Completed.ToString();

        void Put(string field, long count)
        {
            if (count > 0)
                status[field] = count;
            else
                status.Remove(field);
        }
    }

    private void Suspend(JsonObject status, string now)
    {
        var suspended = IsSaidSuspended(status);
        if (spec.Suspended && !suspended)
        {
            Conditions.Set(status, new("Suspended", "True", "JobSuspended", "Job suspended"), now);
            status.Remove("startTime");
        }
        else if (!spec.Suspended && suspended)
        {
            Conditions.Set(status, new("Suspended", "False", "JobResumed", "Job resumed"), now);
            status["startTime"] = now;
        }
    }

    private static void End(JsonObject status, StatusCondition outcome, string now)
    {
        Conditions.Set(status, outcome, now);
        if (Conditions.Find(status, outcome.Type) is { } condition)
            condition["lastProbeTime"] = now;
        if (outcome.Type == "Complete")
            status["completionTime"] = now;
    }

    private void Announce(StatusCondition? outcome)
    {
        var suspended = IsSaidSuspended(job.View.At("status") as JsonObject ?? []);
        if (outcome is { Type: "Complete" })
            events.Normal(job.View, "Completed", "Job completed");
        else if (outcome is not null)
            events.Warning(job.View, outcome.Reason, outcome.Message);
        else if (spec.Suspended && !suspended)
            events.Normal(job.View, "Suspended", "Job suspended");
        else if (!spec.Suspended && suspended)
            events.Normal(job.View, "Resumed", "Job resumed");
    }

    private static bool IsSaidSuspended(JsonObject status) => Conditions.Find(status, "Suspended")?.Text("status") == "True";

    /// <summary>Where the node restarts containers, their restarts count as failures.</summary>
    private bool RestartsExceeded(JobCounts tally)
    {
        if (job.View.Text("spec", "template", "spec", "restartPolicy") != "OnFailure")
            return false;
        var restarts = tally.Active.Sum(pod => PodRanks.Restarts(pod.View));
        return spec.BackoffLimit == 0 ? restarts > 0 : restarts >= spec.BackoffLimit;
    }

    private DateTimeOffset Now() => objects.Time.GetUtcNow();
}
