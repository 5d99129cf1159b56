using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>The pods of a test that makes several, in the order in which they were first seen.</summary>
internal sealed class PodHistories(IReadOnlyList<string> deciding, int maxRestarts)
{
    private readonly Dictionary<string, PodHistory> _byUid = new(StringComparer.Ordinal);
    private readonly List<PodHistory> _pods = [];

    public IReadOnlyList<PodHistory> All => _pods;

    /// <summary>Those whose outcome is their own: they have ended by themselves, or may still.</summary>
    public IEnumerable<PodHistory> Counted => _pods.Where(pod => !pod.WasKilled && !(pod.Deleted && pod.Outcome is TestOutcome.Running));

    public void Take(KubernetesObject item, bool deleted)
    {
        if (item.Kind != "Pod")
            return;
        if (!_byUid.TryGetValue(item.Uid, out var pod))
            _pods.Add(_byUid[item.Uid] = pod = new(deciding, maxRestarts));
        pod.Take(item, deleted);
    }
}
