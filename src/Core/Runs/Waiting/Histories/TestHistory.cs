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

    /// <summary>Pods of the test and how they stand; the test's own object is one where it is a Pod.</summary>
    public abstract IEnumerable<PodHistory> Pods { get; }

    /// <param name="item">As it is now; of a deletion, as it was last.</param>
    public void Take(KubernetesObject item, bool deleted)
    {
        // Of one made anew under the same name, the deletion of the one before says nothing.
        if (IsOwn(item) && (_last is null || _last.Uid == item.Uid || !deleted))
            (_last, Gone) = (item, deleted);
        Note(item, deleted);
    }

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
