using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>A test that is one pod: its containers' exits decide.</summary>
internal sealed class PodTestHistory(IReadOnlyList<string> deciding, int maxRestarts) : TestHistory
{
    private readonly PodHistory _pod = new(deciding, maxRestarts);

    public override IEnumerable<PodHistory> Pods => Seen ? [_pod] : [];

    protected override bool IsOwn(KubernetesObject item) => item.Kind == "Pod";

    protected override void Note(KubernetesObject item, bool deleted) => _pod.Take(item, deleted);

    protected override TestOutcome Judge() => _pod.Outcome;
}
