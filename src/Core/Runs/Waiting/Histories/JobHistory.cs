using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// A test that is a Job: its own conditions decide, its retries are its own; its pods say which container it was. Where a sidecar keeps pods from
/// ending, so that the Job controller never counts them, they are counted here by the same rules: <see cref="JobTally"/>.
/// </summary>
internal sealed class JobHistory(IReadOnlyList<string> deciding) : TestHistory
{
    /// <summary>Restarts of a container are the Job's to limit, by its backoffLimit.</summary>
    private readonly PodHistories _pods = new(deciding, int.MaxValue);
    private KubernetesObject? _complete;
    private KubernetesObject? _failed;

    public override IEnumerable<PodHistory> Pods => _pods.All;

    /// <summary>Whether it was deleted without having ended.</summary>
    public bool WasReplaced => Gone && _complete is null && _failed is null;

    protected override bool EndIsKnown => _failed is not null;

    protected override bool IsOwn(KubernetesObject item) => item.Kind == "Job";

    protected override void Note(KubernetesObject item, bool deleted)
    {
        _pods.Take(item, deleted);
        if (item.Kind != "Job")
            return;
        // SuccessCriteriaMet (1.30) says it before Complete does, while pods that are not needed any more are being ended.
        if (Is(item, "Complete") || Is(item, "SuccessCriteriaMet"))
            _complete = _complete is null || !Is(_complete, "Complete") ? item : _complete;
        if (Is(item, "Failed"))
            _failed ??= item;
    }

    protected override TestOutcome Judge()
    {
        var tally = JobTally.Of(Last, _pods.Counted, deciding);
        if (_failed is not null)
            return Failed(_failed, tally);
        // With SuccessCriteriaMet alone, nothing may have been counted yet.
        if (_complete is not null && (HasRun(_complete) || Is(_complete, "Complete")))
            return Completed(_complete);
        return tally.Outcome ?? (TestOutcome)new TestOutcome.Running(State(tally));
    }

    private bool HasRun(KubernetesObject job) => KubernetesObject.Number(job.At("status", "succeeded")) > 0
        || job.At("status", "uncountedTerminatedPods", "succeeded") is JsonArray { Count: > 0 } || _pods.All.Any(pod => pod.Ran);

    private TestOutcome Completed(KubernetesObject job) => HasRun(job)
        ? new TestOutcome.Passed(Duration(job))
        : new TestOutcome.Failed(TimeSpan.Zero, "it is complete, and no pod of it has run (spec.completions is 0)", "", []) { Reason = Ktr.NothingRan };

    private TestOutcome Failed(KubernetesObject job, JobTally tally)
    {
        // Jobs and pods are watched apart: the end of a pod, which says why, may be seen after that of its Job.
        var runs = _pods.All.Any(pod => pod.Outcome is TestOutcome.Running && !pod.Deleted && pod.Pod.Text("metadata", "deletionTimestamp").Length == 0)
            || (_pods.All.Count == 0 && KubernetesObject.Number(job.At("status", "failed")) > 0 && job.Condition("Failed")?["reason"]?.ToString() != "DeadlineExceeded");
        if (tally.Outcome is TestOutcome.Passed passed)
            return passed;
        var why = ((ReadinessState.Failed)WorkloadReadiness.Job(job)).Message;
        // How a pod ended that the Job itself deleted, at its deadline, is not why it failed.
        var last = _pods.All.Where(pod => !pod.WasKilled).Select(pod => pod.Outcome).OfType<TestOutcome.Failed>().LastOrDefault();
        if (runs && (last is null || deciding.Count > 0))
            return new TestOutcome.Running($"{why}; the end of its pod is waited for");
        return new TestOutcome.Failed(Duration(job), last is null ? why : $"{last.Message}; {why}", last?.Pod ?? "", last?.Containers ?? []);
    }

    private string State(JobTally tally)
    {
        if (_pods.All.Select(pod => pod.Outcome).OfType<TestOutcome.Running>().LastOrDefault() is { } running && tally.Failures == 0)
            return running.State;
        return WorkloadReadiness.Job(Last) is ReadinessState.Waiting waiting ? waiting.Message + tally.WhyStuck : "is waited for";
    }

    private static bool Is(KubernetesObject job, string condition) => job.Condition(condition)?["status"]?.ToString() == "True";

    private static TimeSpan Duration(KubernetesObject job)
    {
        var end = KubernetesObject.Time(job.Text("status", "completionTime")) ?? KubernetesObject.Time(job.Condition("Failed")?["lastTransitionTime"]?.ToString());
        return end - KubernetesObject.Time(job.Text("status", "startTime")) is { } duration && duration > TimeSpan.Zero ? duration : TimeSpan.Zero;
    }
}
