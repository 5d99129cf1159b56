using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Keeps numbered pods: makes them in order, takes them away in the opposite one, and brings them to a new template from the last to the first.</summary>
internal sealed class StatefulSetController : IReconciler
{
    private readonly ClusterObjects objects;
    private readonly OwnedObjects owned;
    private readonly StatefulPods pods;
    private readonly TemplateRevisions revisions;

    public StatefulSetController(ClusterObjects objects)
    {
        this.objects = objects;
        owned = new(objects, Kinds.StatefulSet, Kinds.Pod);
        pods = new(objects, new(objects, Name));
        revisions = new(objects, Kinds.StatefulSet);
    }

    public string Name => "statefulset-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change) => change.Object.Key.Kind switch
    {
        var kind when kind == Kinds.StatefulSet => [change.Object.Key],
        var kind when kind == Kinds.PersistentVolumeClaim => change.Type != ChangeType.Deleted ? [] : objects.Store.List(Kinds.StatefulSet, change.Object.Key.Namespace).Items
            .Where(set => set.View.Items("spec", "volumeClaimTemplates").Any()).Select(set => set.Key),
        var kind when kind == Kinds.ControllerRevision => revisions.Concerned(change),
        _ => owned.OwnersOf(change),
    };

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { } set)
            return null;
        var spec = StatefulSetSpec.Of(set.View);
        var update = set.IsBeingDeleted ? set.View.Text("status", "updateRevision") : revisions.Current(set).Key.Name;
        var current = set.View.Text("status", "currentRevision") is { Length: > 0 } known ? known : update;
        StatusException? refusal = null;
        try
        {
            if (!set.IsBeingDeleted)
                Step(set, spec, Own(set), current, update);
        }
        catch (StatusException e)
        {
            refusal = e;
        }
        WriteStatus(set, spec, current, update);
        if (refusal is not null && !PodWriter.IsEndOfNamespace(refusal))
            throw refusal; // Said in an event; to be tried again.
        return PodState.NextAvailable(Own(set).Values, spec.MinReadySeconds, objects.Time.GetUtcNow());
    }

    /// <summary>As much as can be done at this moment: in order that is one pod, else all of them.</summary>
    private void Step(StoredObject set, StatefulSetSpec spec, SortedDictionary<long, StoredObject> own, string current, string update)
    {
        pods.Claims.Tie(set, spec, own);
        for (var ordinal = spec.Start; ordinal < spec.Start + spec.Replicas; ordinal++)
        {
            var pod = own.GetValueOrDefault(ordinal);
            if (pod is { IsBeingDeleted: false } && PodState.HasEnded(pod.View))
            {
                pods.Replace(set, pod);
                pod = objects.Store.Find(pod.Key);
            }
            if (pod is null)
            {
                var revision = ordinal < spec.Partition ? current : update;
                pods.Create(set, ordinal, revision, revisions.Template(set, revision));
            }
            else if (pod.View.Text("spec", "nodeName").Length == 0)
                pods.Claims.Make(set, ordinal); // One may have been deleted while its pod waits for a node.
            if (spec.Ordered && (pod is null || !IsHealthy(pod, spec)))
                return;
        }
        if (TakeAway(set, spec, own) && spec.RollsOut)
            RollOut(set, spec, own, update);
    }

    /// <summary>Pods beyond the number go, the last first.</summary>
    /// <returns>Whether none of them is left to wait for.</returns>
    private bool TakeAway(StoredObject set, StatefulSetSpec spec, SortedDictionary<long, StoredObject> own)
    {
        var condemned = own.Where(pair => pair.Key < spec.Start || pair.Key >= spec.Start + spec.Replicas).Reverse().Select(pair => pair.Value).ToList();
        // Of several, one that is well waits until those that are not have come up; but the first that is not may go.
        var unhealthy = condemned.LastOrDefault(pod => !IsHealthy(pod, spec));
        foreach (var pod in condemned)
        {
            if (spec.Ordered && (pod.IsBeingDeleted || (!IsHealthy(pod, spec) && pod != unhealthy)))
                return false;
            if (!pod.IsBeingDeleted)
                pods.Delete(set, pod);
            if (spec.Ordered)
                return false;
        }
        return true;
    }

    private void RollOut(StoredObject set, StatefulSetSpec spec, SortedDictionary<long, StoredObject> own, string update)
    {
        for (var ordinal = spec.Start + spec.Replicas - 1; ordinal >= spec.Partition; ordinal--)
        {
            if (own.GetValueOrDefault(ordinal) is not { } pod)
                return;
            if (StatefulPods.RevisionOf(pod) != update && !pod.IsBeingDeleted)
            {
                pods.Delete(set, pod);
                return;
            }
            if (!IsHealthy(pod, spec))
                return;
        }
    }

    private void WriteStatus(StoredObject set, StatefulSetSpec spec, string current, string update)
    {
        var own = Own(set).Values.ToList();
        var now = objects.Time.GetUtcNow();
        var next = new JsonObject
        {
            ["observedGeneration"] = KubernetesObject.Number(set.View.At("metadata", "generation")),
            ["replicas"] = (long)own.Count,
            ["availableReplicas"] = own.LongCount(pod => PodState.IsAvailable(pod.View, spec.MinReadySeconds, now)),
        };
        var ready = own.LongCount(pod => PodState.IsReady(pod.View));
        var updated = own.LongCount(pod => !pod.IsBeingDeleted && StatefulPods.RevisionOf(pod) == update);
        if (spec.RollsOut && updated == own.Count && ready == own.Count)
            current = update;
        next.PutCount("readyReplicas", ready);
        next.PutCount("currentReplicas", own.LongCount(pod => !pod.IsBeingDeleted && StatefulPods.RevisionOf(pod) == current));
        next.PutCount("updatedReplicas", updated);
        next["currentRevision"] = current;
        next["updateRevision"] = update;
        next["collisionCount"] = 0L;
        if (!set.IsBeingDeleted)
            revisions.Forget(set, spec.RevisionHistoryLimit, [current, update, .. own.Select(StatefulPods.RevisionOf)]);
        objects.UpdateStatus(set.Key, item => item["status"] = next.DeepClone());
    }

    private SortedDictionary<long, StoredObject> Own(StoredObject set) =>
        new(owned.Claim(set, pod => StatefulPods.OrdinalOf(set, pod) >= 0).ToDictionary(pod => StatefulPods.OrdinalOf(set, pod.View)));

    private bool IsHealthy(StoredObject pod, StatefulSetSpec spec) =>
        !pod.IsBeingDeleted && pod.View.Text("status", "phase") == "Running" && PodState.IsAvailable(pod.View, spec.MinReadySeconds, objects.Time.GetUtcNow());
}
