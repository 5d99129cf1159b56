using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>A node as a daemon set sees it.</summary>
/// <param name="Takes">It should have a pod.</param>
/// <param name="Pods">The set's that have not ended, those that are being deleted included.</param>
internal sealed record DaemonNode(string Name, bool Takes, IReadOnlyList<StoredObject> Pods);

/// <summary>Which pods a daemon set has to make and to delete at this moment. Pure.</summary>
/// <param name="hash">Of the template as it is.</param>
internal sealed class DaemonRollout(DaemonSetSpec spec, string hash, DateTimeOffset now)
{
    /// <returns>Nodes that lack a pod, and pods that have to go.</returns>
    public (IReadOnlyList<string> Missing, IReadOnlyList<StoredObject> Surplus) Plan(IReadOnlyList<DaemonNode> nodes)
    {
        var (missing, surplus) = (new List<string>(), new List<StoredObject>());
        foreach (var node in nodes)
        {
            if (!node.Takes)
                surplus.AddRange(node.Pods);
            else if (node.Pods.Count == 0)
                missing.Add(node.Name);
            else
                surplus.AddRange(Doubled(node));
        }
        if (spec.RollsOut)
            RollOut([.. nodes.Where(node => node.Takes)], missing, surplus);
        return (missing, surplus);
    }

    /// <summary>Pods of a template, except its oldest. One of the old template goes when one of the new is available.</summary>
    private IEnumerable<StoredObject> Doubled(DaemonNode node)
    {
        var active = node.Pods.Where(pod => !pod.IsBeingDeleted).OrderBy(pod => pod.View.Text("metadata", "creationTimestamp"), StringComparer.Ordinal).ToList();
        var (current, old) = (active.Where(IsCurrent).ToList(), active.Where(pod => !IsCurrent(pod)).ToList());
        return [.. current.Skip(1), .. current.Exists(IsAvailable) ? old : old.Skip(1)];
    }

    private void RollOut(IReadOnlyList<DaemonNode> nodes, List<string> missing, List<StoredObject> surplus)
    {
        var outdated = nodes.Where(node => node.Pods.Any(pod => !pod.IsBeingDeleted && !IsCurrent(pod)) && !node.Pods.Any(pod => !pod.IsBeingDeleted && IsCurrent(pod))).ToList();
        if (spec.MaxSurge > 0)
        {
            var surging = nodes.Count(node => node.Pods.Count > 1);
            missing.AddRange(outdated.Take((int)Math.Max(0, spec.MaxSurge - surging)).Select(node => node.Name));
            return;
        }
        // What is not available costs nothing to replace; of the rest, as many as may be without.
        var without = nodes.Count(node => !node.Pods.Any(IsAvailable));
        foreach (var pod in outdated.OrderBy(node => node.Pods.Any(IsAvailable)).SelectMany(node => node.Pods).Where(pod => !pod.IsBeingDeleted))
        {
            if (!IsAvailable(pod))
                surplus.Add(pod);
            else if (without < spec.MaxUnavailable)
            {
                without++;
                surplus.Add(pod);
            }
        }
    }

    private bool IsCurrent(StoredObject pod) => pod.View.Labels.GetValueOrDefault(TemplateRevisions.Label) == hash;

    private bool IsAvailable(StoredObject pod) => !pod.IsBeingDeleted && PodState.IsAvailable(pod.View, spec.MinReadySeconds, now);
}
