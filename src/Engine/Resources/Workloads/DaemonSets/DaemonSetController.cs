using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Keeps one pod of a template on each node that takes it.</summary>
internal sealed class DaemonSetController : IReconciler
{
    private readonly ClusterObjects objects;
    private readonly OwnedObjects owned;
    private readonly TemplateRevisions revisions;
    private readonly EventRecorder events;
    private readonly PodWriter writer;
    private readonly Dictionary<string, PodBackoff> backoffs = new(StringComparer.Ordinal);

    public DaemonSetController(ClusterObjects objects)
    {
        this.objects = objects;
        owned = new(objects, Kinds.DaemonSet, Kinds.Pod);
        revisions = new(objects, Kinds.DaemonSet);
        events = new(objects, Name);
        writer = new(objects, events);
    }

    public string Name => "daemonset-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change) => change.Object.Key.Kind switch
    {
        var kind when kind == Kinds.DaemonSet => [change.Object.Key],
        var kind when kind == Kinds.Node => objects.Store.List(Kinds.DaemonSet).Items.Select(set => set.Key),
        var kind when kind == Kinds.ControllerRevision => revisions.Concerned(change),
        _ => owned.OwnersOf(change),
    };

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { } set)
            return null;
        if (set.IsBeingDeleted)
        {
            backoffs.Remove(set.View.Uid);
            return null;
        }
        var revision = revisions.Current(set);
        var (hash, template) = (revision.View.Labels[TemplateRevisions.Label], revisions.Template(set, revision.Key.Name));
        var nodes = objects.Store.List(Kinds.Node).Items;
        var spec = DaemonSetSpec.Of(set.View, nodes.Count);
        var pods = nodes.ToDictionary(node => node.Key.Name, node => DaemonPods.Make(set, template, node.Key.Name, hash), StringComparer.Ordinal);
        var takers = nodes.Where(node => DaemonPods.Takes(node, pods[node.Key.Name])).Select(node => node.Key.Name).ToHashSet(StringComparer.Ordinal);
        ClearFailed(set);
        var refusal = Keep(set, spec, pods, takers, hash);
        var own = owned.Claim(set, _ => true);
        revisions.Forget(set, spec.RevisionHistoryLimit, [revision.Key.Name, .. own.Select(pod => $"{key.Name}-{Hash(pod)}")]);
        WriteStatus(set, spec, takers, own, hash);
        if (refusal is not null && !PodWriter.IsEndOfNamespace(refusal))
            throw refusal; // Said in an event; to be tried again.
        var now = objects.Time.GetUtcNow();
        return new[] { PodState.NextAvailable(own, spec.MinReadySeconds, now), Until(set) is var until && until > now ? until : null }.Min();
    }

    /// <summary>Pods that have ended make room for others; the more often, the later.</summary>
    private void ClearFailed(StoredObject set)
    {
        var ended = owned.Claim(set, PodState.HasEnded).Where(pod => !pod.IsBeingDeleted).ToList();
        if (ended.Count > 0)
            backoffs[set.View.Uid] = backoffs.GetValueOrDefault(set.View.Uid, PodBackoff.None).After(ended.Select(pod => pod.View), objects.Time.GetUtcNow());
        foreach (var pod in ended)
        {
            events.Warning(set.View, PodState.HasFailed(pod.View) ? "FailedDaemonPod" : "SucceededDaemonPod", $"Found {(PodState.HasFailed(pod.View) ? "failed" : "succeeded")} daemon pod {pod.Key.Namespace}/{pod.Key.Name} on node {DaemonPods.NodeOf(pod)}, will try to kill it");
            writer.Delete(set, pod);
        }
    }

    private DateTimeOffset Until(StoredObject set) => backoffs.GetValueOrDefault(set.View.Uid, PodBackoff.None).Until;

    /// <param name="pods">What a pod for each node would be.</param>
    /// <param name="takers">The nodes that take one.</param>
    /// <returns>Why a pod could not be made.</returns>
    private StatusException? Keep(StoredObject set, DaemonSetSpec spec, Dictionary<string, JsonObject> pods, HashSet<string> takers, string hash)
    {
        var own = owned.Claim(set, pod => !PodState.HasEnded(pod)).ToLookup(DaemonPods.NodeOf, StringComparer.Ordinal);
        var rollout = new DaemonRollout(spec, hash, objects.Time.GetUtcNow());
        var plan = rollout.Plan([.. pods.Keys.Select(node => new DaemonNode(node, takers.Contains(node), [.. own[node]]))]);
        foreach (var pod in plan.Surplus.Concat(own.Where(group => !pods.ContainsKey(group.Key)).SelectMany(group => group)).Where(pod => !pod.IsBeingDeleted))
            writer.Delete(set, pod);
        try
        {
            foreach (var node in Until(set) <= objects.Time.GetUtcNow() ? plan.Missing : [])
                writer.Create(set, pods[node], $"{set.Key.Name}-");
            return null;
        }
        catch (StatusException e)
        {
            return e;
        }
    }

    private void WriteStatus(StoredObject set, DaemonSetSpec spec, HashSet<string> takers, IReadOnlyList<StoredObject> pods, string hash)
    {
        var now = objects.Time.GetUtcNow();
        // Of a node, the oldest counts.
        var shown = pods.Where(pod => !pod.IsBeingDeleted && !PodState.HasEnded(pod.View)).GroupBy(DaemonPods.NodeOf, StringComparer.Ordinal)
            .Where(group => takers.Contains(group.Key)).Select(group => group.OrderBy(pod => pod.View.Text("metadata", "creationTimestamp"), StringComparer.Ordinal).First()).ToList();
        var available = shown.LongCount(pod => PodState.IsAvailable(pod.View, spec.MinReadySeconds, now));
        var next = new JsonObject
        {
            ["currentNumberScheduled"] = (long)shown.Count,
            ["numberMisscheduled"] = pods.Where(pod => PodState.IsActive(pod.View)).Select(DaemonPods.NodeOf).Distinct(StringComparer.Ordinal).LongCount(node => !takers.Contains(node)),
            ["desiredNumberScheduled"] = (long)takers.Count,
            ["numberReady"] = shown.LongCount(pod => PodState.IsReady(pod.View)),
            ["observedGeneration"] = KubernetesObject.Number(set.View.At("metadata", "generation")),
        };
        next.PutCount("updatedNumberScheduled", shown.LongCount(pod => Hash(pod) == hash));
        next.PutCount("numberAvailable", available);
        next.PutCount("numberUnavailable", takers.Count - available);
        objects.UpdateStatus(set.Key, item => item["status"] = next.DeepClone());
    }

    private static string Hash(StoredObject pod) => pod.View.Labels.GetValueOrDefault(TemplateRevisions.Label, "");
}
