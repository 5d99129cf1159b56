using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Runs pods until enough have succeeded, too many have failed, or it has taken too long.</summary>
internal sealed class JobController : IReconciler
{
    private readonly ClusterObjects objects;
    private readonly EventRecorder events;
    private readonly JobPods pods;
    private readonly Dictionary<string, PodBackoff> backoffs = new(StringComparer.Ordinal);

    public JobController(ClusterObjects objects)
    {
        this.objects = objects;
        events = new(objects, Name);
        pods = new(objects, events);
    }

    public string Name => "job-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change) => change.Object.Key.Kind == Kinds.Job ? [change.Object.Key] : pods.OwnersOf(change);

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        var job = objects.Store.Find(key);
        pods.ReleaseAll(key, pod => job is null || job.IsBeingDeleted || !OwnerReferences.IsControlledBy(pod.View, job));
        if (job is null || job.IsBeingDeleted)
            return null;
        if (JobStatus.EndOf(job.View) is not { } end)
            return Run(job);
        backoffs.Remove(job.View.Uid);
        pods.ReleaseAll(key, _ => true);
        return Expire(job, end);
    }

    private DateTimeOffset? Run(StoredObject job)
    {
        var (spec, now) = (JobSpec.Of(job.View), objects.Time.GetUtcNow());
        var own = pods.Of(job);
        var tally = JobCounts.Of(job, spec, own, pods.Uncounted(own));
        var backoff = backoffs[job.View.Uid] = backoffs.GetValueOrDefault(job.View.Uid, PodBackoff.None).After(tally.Ended.Select(pod => pod.View), now);
        var status = new JobStatus(objects, events, job, spec);
        var outcome = status.Judge(tally, now);
        StatusException? refusal = null;
        if (outcome is not null || spec.Suspended)
            tally = Stop(job, tally, outcome);
        else
            (tally, refusal) = Manage(job, spec, tally, backoff.Until <= now);
        status.Write(tally, outcome);
        pods.Counted(tally.Ended);
        if (refusal is not null && !PodWriter.IsEndOfNamespace(refusal))
            throw refusal; // To be tried again; an event has said so.
        return outcome is null ? NextLook(status.Deadline, backoff.Until, now) : null;
    }

    /// <summary>Ends what runs. What a job that has failed ends itself counts as failed, as in Kubernetes; a suspended job's pods do not.</summary>
    private JobCounts Stop(StoredObject job, JobCounts tally, StatusCondition? outcome)
    {
        foreach (var pod in tally.Active)
            pods.Delete(job, pod);
        var ended = tally.Ended.Concat(tally.Active).ToList();
        return tally with { Active = [], Ended = ended, Failed = tally.Failed + (outcome?.Type == "Failed" ? tally.Active.Count : 0) };
    }

    private (JobCounts Tally, StatusException? Refusal) Manage(StoredObject job, JobSpec spec, JobCounts tally, bool mayCreate)
    {
        var wanted = spec.Completions is { } completions
            ? Math.Min(spec.Parallelism, completions - tally.Succeeded)
            : tally.Succeeded > 0 ? Math.Min(spec.Parallelism, tally.Active.Count) : spec.Parallelism;
        var surplus = Surplus(spec, tally, wanted).ToList();
        foreach (var pod in surplus)
            pods.Delete(job, pod);
        var active = tally.Active.Except(surplus).ToList();
        tally = tally with { Ended = [.. tally.Ended, .. surplus] }; // Released, but no failures.
        var missing = wanted - active.Count - (spec.ReplacesEndedOnly ? tally.Terminating : 0);
        try
        {
            foreach (var index in mayCreate ? Indexes(spec, tally, active).Take((int)Math.Max(0, missing)) : [])
                active.Add(pods.Create(job, index));
            return (tally with { Active = active }, null);
        }
        catch (StatusException e)
        {
            return (tally with { Active = active }, e);
        }
    }

    private static IEnumerable<StoredObject> Surplus(JobSpec spec, JobCounts tally, long wanted) => PodRanks.FirstToGo(tally.Active)
        .OrderByDescending(pod => spec.Indexed && IndexedPods.IndexOf(pod.View) >= spec.Completions).Take((int)Math.Max(0, tally.Active.Count - wanted));

    /// <summary>The numbers of the next pods; without numbers, as many as are wanted.</summary>
    private static IEnumerable<long?> Indexes(JobSpec spec, JobCounts tally, List<StoredObject> active)
    {
        if (!spec.Indexed)
            return Enumerable.Repeat<long?>(null, int.MaxValue);
        var running = active.Select(pod => IndexedPods.IndexOf(pod.View)).ToHashSet();
        return Enumerable.Range(0, (int)(spec.Completions ?? 0)).Where(index => !running.Contains(index) && !tally.Completed.Contains(index)).Select(index => (long?)index);
    }

    private DateTimeOffset? Expire(StoredObject job, DateTimeOffset end)
    {
        if (JobSpec.Of(job.View).TimeToLive is not { } life)
            return null;
        if (end + life > objects.Time.GetUtcNow())
            return end + life;
        objects.Delete(job.Key, new(Propagation: Propagation.Foreground, Uid: job.View.Uid));
        return null;
    }

    private static DateTimeOffset? NextLook(DateTimeOffset? deadline, DateTimeOffset backoff, DateTimeOffset now)
    {
        DateTimeOffset?[] looks = [deadline, backoff > now ? backoff : null];
        return looks.Min();
    }
}
