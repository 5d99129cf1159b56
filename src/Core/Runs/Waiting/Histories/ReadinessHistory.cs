using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// A test labelled readiness: its pods must be Ready, now; of a Job, which ends, must have been. One without a readiness probe that ends with success was ready
/// enough; one with a probe must have been seen Ready before it ended.
/// </summary>
internal sealed class ReadinessHistory(string kind, int maxRestarts) : TestHistory
{
    private readonly PodHistories _pods = new([], maxRestarts);
    private ReadinessState? _failed;
    private bool _ready;

    public override IEnumerable<PodHistory> Pods => _pods.All;

    public override bool MayTurn => kind is not ("Job" or "CronJob");

    /// <summary>Of a Job: whether it is complete.</summary>
    protected override bool EndIsKnown => kind == "Job" && Last.Condition("Complete")?["status"]?.ToString() == "True";

    protected override bool IsOwn(KubernetesObject item) => item.Kind == kind;

    protected override void Note(KubernetesObject item, bool deleted)
    {
        _pods.Take(item, deleted);
        if (!IsOwn(item) || kind is "Pod" or "CronJob")
            return;
        var state = Readiness.Of(item);
        _failed = state as ReadinessState.Failed;
        // A Job never becomes Ready; its pods do.
        _ready = kind != "Job" && state is ReadinessState.Done && WorkloadReadiness.Wanted(item) is not 0;
    }

    protected override TestOutcome Judge()
    {
        var item = Last;
        if (kind is "Pod" or "Job" or "CronJob")
            return OfPods(item);
        if (_ready)
            return new TestOutcome.Passed(TimeSpan.Zero);
        if (WorkloadHistory.Nothing(item) is { } nothing)
            return nothing;
        if (_failed is ReadinessState.Failed failed)
            return new TestOutcome.Failed(TimeSpan.Zero, failed.Message, "", []);
        return new TestOutcome.Running(Readiness.Of(item) is ReadinessState.Waiting waiting ? waiting.Message : "is waited for");
    }

    private TestOutcome OfPods(KubernetesObject item)
    {
        var outcomes = _pods.All.Select(OfPod).ToList();
        if (outcomes.OfType<TestOutcome.Passed>().FirstOrDefault() is { } passed)
            return passed;
        // Jobs and pods are watched apart: a pod that its Job counts may not have been seen to end, or at all.
        if (EndIsKnown && KubernetesObject.Number(item.At("status", "succeeded")) > _pods.All.Count(each => each.Pod.Text("status", "phase") == "Succeeded"))
            return new TestOutcome.Running("it is complete; the end of its pod is waited for");
        // A Job may try again.
        if (outcomes.OfType<TestOutcome.Failed>().LastOrDefault() is { } failed && (kind == "Pod" || _failed is not null || EndIsKnown))
            return failed;
        if (_failed is ReadinessState.Failed own)
            return new TestOutcome.Failed(TimeSpan.Zero, own.Message, "", []);
        if (EndIsKnown)
            return new TestOutcome.Failed(TimeSpan.Zero, "it is complete, and no pod of it was seen to be ready", "", []) { Reason = Ktr.NothingRan };
        return outcomes.OfType<TestOutcome.Running>().LastOrDefault() ?? new TestOutcome.Running(kind == "CronJob" ? "its schedule has started no pod yet" : "no pod of it exists yet");
    }

    private TestOutcome OfPod(PodHistory history)
    {
        var (pod, ended) = (history.Pod, history.Outcome);
        if (MayTurn && Readiness.Of(pod) is ReadinessState.Done)
            return new TestOutcome.Passed(ReadyAfter(pod));
        // What is started again may become ready yet.
        if (MayTurn && !history.HasEnded && PodReadiness.Hindrance(pod) is null)
            return new TestOutcome.Running(PodText.State(pod));
        if (history.WasReady && (!MayTurn || PodReadiness.HasEndedWell(pod)))
            return new TestOutcome.Passed(ReadyAfter(pod));
        if (!PodReadiness.HasProbe(pod))
            return ended is TestOutcome.Passed && !history.HasEnded ? new TestOutcome.Running(PodText.State(pod)) : ended;
        // A container that is not started again is not Ready any more, and neither is its pod, whatever runs beside it.
        return PodReadiness.Hindrance(pod) is not { } over ? ended
            : new TestOutcome.Failed(TimeSpan.Zero, $"container '{over.Name}' ended with {over.Ended}, and the pod was never seen to be ready, as its readiness probe has to say", pod.Name, [over.Name]);
    }

    private static TimeSpan ReadyAfter(KubernetesObject pod) =>
        KubernetesObject.Time(pod.Condition("Ready")?["lastTransitionTime"]?.ToString()) - KubernetesObject.Time(pod.Text("metadata", "creationTimestamp")) is { } duration && duration > TimeSpan.Zero ? duration : TimeSpan.Zero;
}
