using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Makes a job at each time of a schedule, and forgets the oldest of those that have ended.</summary>
internal sealed class CronJobController : IReconciler
{
    private const string Scheduled = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    /// <summary>Times that were missed, after which one must ask what is wrong with the clock.</summary>
    private const int Many = 100;
    private readonly ClusterObjects objects;
    private readonly EventRecorder events;

    public CronJobController(ClusterObjects objects)
    {
        this.objects = objects;
        events = new(objects, Name);
    }

    public string Name => "cronjob-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change) => change.Object.Key.Kind switch
    {
        var kind when kind == Kinds.CronJob => [change.Object.Key],
        var kind when kind == Kinds.Job && OwnerReferences.Controller(change.Object.View) is { } owner && owner.Text("kind") == Kinds.CronJob.Kind => [new(Kinds.CronJob, change.Object.Key.Namespace, owner.Text("name"))],
        _ => [],
    };

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { IsBeingDeleted: false } cron)
            return null;
        var jobs = objects.Store.List(Kinds.Job, key.Namespace).Items.Where(job => OwnerReferences.IsControlledBy(job.View, cron)).ToList();
        Count(cron, jobs);
        Forget(cron, jobs);
        return cron.View.Text("spec", "suspend") == "true" ? null : Schedule(objects.Store.Find(key) ?? cron, jobs);
    }

    /// <returns>The next time of the schedule.</returns>
    private DateTimeOffset? Schedule(StoredObject cron, IReadOnlyList<StoredObject> jobs)
    {
        var (schedule, now) = (CronSchedule.Parse(cron.View.Text("spec", "schedule"), cron.View.Text("spec", "timeZone")), objects.Time.GetUtcNow());
        var deadline = cron.View.At("spec", "startingDeadlineSeconds") is { } seconds ? TimeSpan.FromSeconds(Math.Min(KubernetesObject.Number(seconds), CronSchedule.Longest.TotalSeconds)) : (TimeSpan?)null;
        var from = KubernetesObject.Time(cron.View.Text("status", "lastScheduleTime")) ?? KubernetesObject.Time(cron.View.Text("metadata", "creationTimestamp")) ?? now;
        var next = schedule.Next(from, now);
        // What is too late anyhow need not be counted.
        if (deadline is { } latest && now - latest > from)
            from = now - latest;
        if (schedule.Last(from, now) is not { } due)
            return next;
        if (schedule.HasMore(Many, from, now))
            events.Warning(cron.View, "TooManyMissedTimes", "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew");
        var name = string.Create(CultureInfo.InvariantCulture, $"{cron.Key.Name}-{due.ToUnixTimeSeconds() / 60}");
        var active = jobs.Where(job => JobStatus.EndOf(job.View) is null).ToList();
        if (due + deadline < now)
            events.Warning(cron.View, "MissSchedule", $"Missed scheduled time to start a job: {due:R}");
        else if (jobs.Any(job => job.Key.Name == name))
            Note(cron, due);
        else if (cron.View.Text("spec", "concurrencyPolicy") == "Forbid" && active.Count > 0)
            events.Normal(cron.View, "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid");
        else
            Start(cron, name, due, cron.View.Text("spec", "concurrencyPolicy") == "Replace" ? active : []);
        return next;
    }

    private void Start(StoredObject cron, string name, DateTimeOffset due, IReadOnlyList<StoredObject> replaced)
    {
        foreach (var job in replaced)
        {
            if (objects.TryDelete(job))
                events.Normal(cron.View, "SuccessfulDelete", $"Deleted job {job.Key.Name}");
        }
        try
        {
            objects.Create(Kinds.Job, cron.Key.Namespace, Make(cron, name, due));
            events.Normal(cron.View, "SuccessfulCreate", $"Created job {name}");
        }
        catch (StatusException e) when (e.Reason == "AlreadyExists")
        {
            // Somebody else's: there is no job of this time, for its name is not free.
        }
        catch (StatusException e)
        {
            if (!PodWriter.IsEndOfNamespace(e))
                events.Warning(cron.View, "FailedCreate", $"Error creating job: {e.Message}");
            throw;
        }
        Note(cron, due);
    }

    private void Note(StoredObject cron, DateTimeOffset due) => objects.UpdateStatus(cron.Key, item => item.Always("status")["lastScheduleTime"] = ClusterObjects.Timestamp(due));

    private static JsonObject Make(StoredObject cron, string name, DateTimeOffset due)
    {
        var job = Kinds.Job.New(name);
        var metadata = job.Metadata();
        foreach (var field in (ReadOnlySpan<string>)["labels", "annotations"])
        {
            if (cron.View.At("spec", "jobTemplate", "metadata", field) is { } value)
                metadata[field] = value.DeepClone();
        }
        var zone = cron.View.Text("spec", "timeZone") is { Length: > 0 } given ? CronSchedule.ZoneOf(given) ?? TimeZoneInfo.Utc : TimeZoneInfo.Utc;
        var local = TimeZoneInfo.ConvertTime(due, zone);
        metadata.Always("annotations")[Scheduled] = local.ToString(local.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        metadata["ownerReferences"] = new JsonArray(OwnerReferences.ToController(cron));
        job["spec"] = cron.View.At("spec", "jobTemplate", "spec")?.DeepClone() ?? new JsonObject();
        return job;
    }

    private void Count(StoredObject cron, IReadOnlyList<StoredObject> jobs)
    {
        var before = cron.View.Items("status", "active").Select(reference => reference.Text("uid")).ToHashSet(StringComparer.Ordinal);
        foreach (var job in jobs.Where(job => before.Contains(job.View.Uid) && JobStatus.EndOf(job.View) is not null))
            events.Normal(cron.View, "SawCompletedJob", $"Saw completed job: {job.Key.Name}, condition: {(Succeeded(job) ? "Complete" : "Failed")}");
        var succeeded = jobs.Where(Succeeded).Select(job => KubernetesObject.Time(job.View.Text("status", "completionTime"))).Append(KubernetesObject.Time(cron.View.Text("status", "lastSuccessfulTime"))).Max();
        objects.UpdateStatus(cron.Key, item =>
        {
            var status = item.Always("status");
            status.Remove("active");
            foreach (var job in jobs.Where(job => JobStatus.EndOf(job.View) is null))
                status.AlwaysList("active").Add(new JsonObject
                {
                    ["apiVersion"] = "batch/v1",
                    ["kind"] = "Job",
                    ["name"] = job.Key.Name,
                    ["namespace"] = job.Key.Namespace,
                    ["resourceVersion"] = job.View.ResourceVersion,
                    ["uid"] = job.View.Uid,
                });
            if (succeeded is { } last)
                status["lastSuccessfulTime"] = ClusterObjects.Timestamp(last);
        });
    }

    private void Forget(StoredObject cron, IReadOnlyList<StoredObject> jobs)
    {
        var ended = jobs.Where(job => !job.IsBeingDeleted && JobStatus.EndOf(job.View) is not null).OrderBy(job => job.View.Text("status", "startTime"), StringComparer.Ordinal).ToLookup(Succeeded);
        foreach (var (succeeded, field, otherwise) in (ReadOnlySpan<(bool, string, int)>)[(true, "successfulJobsHistoryLimit", 3), (false, "failedJobsHistoryLimit", 1)])
        {
            var surplus = ended[succeeded].Count() - KubernetesObject.Number(cron.View.At("spec", field), otherwise);
            foreach (var job in ended[succeeded].Take((int)Math.Max(0, surplus)).Where(objects.TryDelete))
                events.Normal(cron.View, "SuccessfulDelete", $"Deleted job {job.Key.Name}");
        }
    }

    private static bool Succeeded(StoredObject job) => job.View.Condition("Complete")?.Text("status") == "True";
}
