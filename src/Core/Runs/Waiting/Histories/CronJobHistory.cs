using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

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
