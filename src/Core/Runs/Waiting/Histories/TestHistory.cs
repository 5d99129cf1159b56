using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// What has happened to a test: the events about its object and what descends from it, each once and in order, and the verdict that follows by the
/// rules of its kind. It keeps facts that stay true (a container ended, a condition became true), so that what is deleted afterwards has still
/// happened. Pure: no clock and no cluster.
/// </summary>
internal abstract class TestHistory
{
    private KubernetesObject? _last;

    /// <summary>Whether the test's own object was ever seen.</summary>
    public bool Seen => _last is not null;

    /// <summary>Whether the test's own object has been deleted.</summary>
    public bool Gone { get; private set; }

    public TestOutcome Outcome => !Seen ? new TestOutcome.Running("does not exist") : Judge() is { } outcome && (!Gone || EndIsKnown || outcome is not TestOutcome.Running) ? outcome : Deleted();

    /// <summary>The test's own object, as it was last seen.</summary>
    protected KubernetesObject Last => _last ?? throw new InvalidOperationException("no event yet");

    /// <summary>Pods of the test and their states; the test's own object is one where it is a Pod.</summary>
    public abstract IEnumerable<PodHistory> Pods { get; }

    /// <param name="item">As it is now; of a deletion, as it was last.</param>
    public void Take(KubernetesObject item, bool deleted)
    {
        // Of one made again under the same name, the deletion of the one before says nothing.
        if (IsOwn(item) && (_last is null || _last.Uid == item.Uid || !deleted))
            (_last, Gone) = (item, deleted);
        Note(item, deleted);
    }

    /// <summary>Whether its outcome is what it shows now, and may turn as long as it exists.</summary>
    public virtual bool MayTurn => false;

    /// <summary>Whether it was seen to end, and only the reason is waited for: then its deletion changes nothing.</summary>
    protected virtual bool EndIsKnown => false;

    protected abstract bool IsOwn(KubernetesObject item);

    /// <summary>Takes the facts out of an event, about whatever object.</summary>
    protected abstract void Note(KubernetesObject item, bool deleted);

    /// <summary>By the facts; called only once the test's object was seen.</summary>
    protected abstract TestOutcome Judge();

    private TestOutcome.Failed Deleted()
    {
        var last = Judge() is TestOutcome.Running running ? $"last seen: {running.State}. " : "";
        return new(TimeSpan.Zero, last + TestOutcome.WhoDeletes(Last), "", []) { Reason = Ktr.TestGone };
    }

    /// <summary>The history of a test, or of a Job or Pod that is waited for as if it were one.</summary>
    public static TestHistory Of(string kind, bool readiness, IReadOnlyList<string> deciding, int maxRestarts) => (kind, readiness) switch
    {
        (_, true) => new ReadinessHistory(kind, maxRestarts),
        ("Pod", _) => new PodTestHistory(deciding, maxRestarts),
        ("Job", _) => new JobHistory(deciding),
        ("CronJob", _) => new CronJobHistory(deciding),
        _ => new WorkloadHistory(kind, deciding, maxRestarts),
    };
}

/// <summary>A test that is one pod: its containers' exits decide.</summary>
internal sealed class PodTestHistory(IReadOnlyList<string> deciding, int maxRestarts) : TestHistory
{
    private readonly PodHistory _pod = new(deciding, maxRestarts);

    public override IEnumerable<PodHistory> Pods => Seen ? [_pod] : [];

    protected override bool IsOwn(KubernetesObject item) => item.Kind == "Pod";

    protected override void Note(KubernetesObject item, bool deleted) => _pod.Take(item, deleted);

    protected override TestOutcome Judge() => _pod.Outcome;
}

/// <summary>
/// A test that is a Deployment, ReplicaSet, StatefulSet, DaemonSet or ReplicationController: as many pods as it wants must exit 0, and one failure
/// decides. A pod that its controller took away before it ended is not counted; the one in its place is.
/// </summary>
internal sealed class WorkloadHistory(string kind, IReadOnlyList<string> deciding, int maxRestarts) : TestHistory
{
    private readonly PodHistories _pods = new(deciding, maxRestarts);

    public override IEnumerable<PodHistory> Pods => _pods.All;

    protected override bool IsOwn(KubernetesObject item) => item.Kind == kind;

    protected override void Note(KubernetesObject item, bool deleted) => _pods.Take(item, deleted);

    protected override TestOutcome Judge()
    {
        if (Nothing(Last) is { } nothing)
            return nothing;
        var outcomes = _pods.Counted.Select(pod => pod.Outcome).ToList();
        if (outcomes.OfType<TestOutcome.Failed>().FirstOrDefault() is { } failed)
            return failed;
        var wanted = Math.Max(1, WorkloadReadiness.Wanted(Last) ?? 1);
        var passed = outcomes.OfType<TestOutcome.Passed>().ToList();
        if (passed.Count >= wanted)
            return new TestOutcome.Passed(passed.Max(each => each.Duration));
        return outcomes.OfType<TestOutcome.Running>().FirstOrDefault() ?? new TestOutcome.Running($"{outcomes.Count} of {wanted} pods exist");
    }

    /// <summary>A controller that has seen its object and wants no pod of it: a test that runs nothing proves nothing.</summary>
    public static TestOutcome.Failed? Nothing(KubernetesObject item) => WorkloadReadiness.Wanted(item) == 0
        ? new(TimeSpan.Zero, item.Kind == "DaemonSet" ? "no node of the cluster takes a pod of it (desiredNumberScheduled is 0)" : "it wants no pod (spec.replicas is 0)", "", []) { Reason = Ktr.NothingRan }
        : null;
}

/// <summary>A test that is a CronJob: the first Job of its schedule that ends decides. One that was replaced before it ended does not.</summary>
internal sealed class CronJobHistory(IReadOnlyList<string> deciding) : TestHistory
{
    private readonly Dictionary<string, JobHistory> _byUid = new(StringComparer.Ordinal);
    private readonly List<JobHistory> _jobs = [];

    public override IEnumerable<PodHistory> Pods => _jobs.SelectMany(job => job.Pods);

    protected override bool IsOwn(KubernetesObject item) => item.Kind == "CronJob";

    protected override void Note(KubernetesObject item, bool deleted)
    {
        if (item.Kind == "Job")
        {
            if (!_byUid.TryGetValue(item.Uid, out var job))
                _jobs.Add(_byUid[item.Uid] = job = new(deciding));
            job.Take(item, deleted);
        }
        else if (item.Kind == "Pod" && item.Items("metadata", "ownerReferences").Select(owner => _byUid.GetValueOrDefault(owner["uid"]?.ToString() ?? "")).FirstOrDefault(job => job is not null) is { } owner)
        {
            owner.Take(item, deleted);
        }
    }

    protected override TestOutcome Judge()
    {
        var outcomes = _jobs.ConvertAll(job => (Job: job, job.Outcome));
        if (outcomes.Find(each => each.Outcome is not TestOutcome.Running && !each.Job.WasReplaced) is { Outcome: not null } ended)
            return ended.Outcome;
        if (outcomes.Find(each => each.Outcome is TestOutcome.Running) is { Outcome: not null } running)
            return running.Outcome;
        return new TestOutcome.Running(Last.Text("spec", "suspend") == "true" ? "is suspended (spec.suspend)" : "its schedule has started no job yet");
    }
}
