using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

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
