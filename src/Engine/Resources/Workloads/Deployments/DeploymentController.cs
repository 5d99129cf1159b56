using System.Globalization;
using Kontrakt.Engine.Store;
using Annotations = Kontrakt.Engine.Resources.ReplicaSets.Annotations;

namespace Kontrakt.Engine.Resources;

/// <summary>Brings the pods of a deployment from one template to the next, a few at a time or all at once, and says how far it is.</summary>
internal sealed class DeploymentController : IReconciler
{
    private readonly ClusterObjects objects;
    private readonly EventRecorder events;
    private readonly ReplicaSetRevisions revisions;
    private readonly OwnedObjects pods;

    public DeploymentController(ClusterObjects objects)
    {
        this.objects = objects;
        events = new(objects, Name);
        revisions = new(objects, events);
        pods = new(objects, Kinds.ReplicaSet, Kinds.Pod);
    }

    public string Name => "deployment-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change)
    {
        var key = change.Object.Key;
        if (key.Kind == Kinds.Deployment)
            return [key];
        // Replacing all at once goes on when the last pod is gone, which no status of a set tells.
        if (key.Kind == Kinds.Pod && change.Type == ChangeType.Deleted)
            return pods.OwnersOf(change).Select(objects.Store.Find).OfType<StoredObject>().Select(set => OwnerReferences.Controller(set.View)?.Text("name"))
                .OfType<string>().Select(name => new ObjectKey(Kinds.Deployment, key.Namespace, name));
        return revisions.OwnersOf(change);
    }

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { } deployment)
            return null;
        var spec = DeploymentSpec.Of(deployment.View);
        var status = new DeploymentStatus(objects, deployment, spec);
        if (deployment.IsBeingDeleted)
            return status.Write(revisions.Find(deployment));
        status.NotePause();
        var sets = revisions.Find(deployment);
        if (spec.Paused || IsRescaled(spec, sets))
            Rescale(deployment, spec, sets);
        else if (!TryRollOut(deployment, spec, sets, status))
            return null;
        return status.Write(revisions.Find(deployment));
    }

    private bool TryRollOut(StoredObject deployment, DeploymentSpec spec, ReplicaSets sets, DeploymentStatus status)
    {
        try
        {
            if (spec.Recreate)
                Recreate(deployment, spec, sets, status);
            else
                Roll(deployment, spec, Ensure(deployment, spec, sets, status));
            return true;
        }
        catch (StatusException e) when (PodWriter.IsEndOfNamespace(e))
        {
            return false;
        }
    }

    private void Roll(StoredObject deployment, DeploymentSpec spec, ReplicaSets sets)
    {
        if (sets.New is not { } current)
            return;
        var now = ReplicaSets.Wanted(current);
        var next = now > spec.Replicas ? spec.Replicas : RolloutMath.NewReplicas(spec, sets, now);
        if (Scale(deployment, spec, current, next))
            return;
        var scaled = false;
        foreach (var (set, replicas) in RolloutMath.OldReplicas(spec, sets))
            scaled |= Scale(deployment, spec, set, replicas);
        if (!scaled && IsComplete(spec, sets))
            revisions.Forget(spec, sets);
    }

    private void Recreate(StoredObject deployment, DeploymentSpec spec, ReplicaSets sets, DeploymentStatus status)
    {
        var scaled = false;
        foreach (var old in sets.ActiveOld)
            scaled |= Scale(deployment, spec, old, 0);
        if (scaled || sets.Old.Any(HasPods))
            return;
        sets = Ensure(deployment, spec, sets, status);
        if (sets.New is { } current && !Scale(deployment, spec, current, spec.Replicas) && IsComplete(spec, sets))
            revisions.Forget(spec, sets);
    }

    private ReplicaSets Ensure(StoredObject deployment, DeploymentSpec spec, ReplicaSets sets, DeploymentStatus status)
    {
        try
        {
            var ensured = revisions.Ensure(deployment, spec, sets);
            status.NoteNewSet(ensured, created: sets.New is null);
            return ensured;
        }
        catch (StatusException e) when (e.Reason is not "AlreadyExists" && !PodWriter.IsEndOfNamespace(e))
        {
            status.NoteFailure(e);
            throw;
        }
    }

    private void Rescale(StoredObject deployment, DeploymentSpec spec, ReplicaSets sets)
    {
        foreach (var (set, replicas) in RolloutMath.Rescaled(spec, sets))
            Scale(deployment, spec, set, replicas);
        if (spec.Paused)
            revisions.Forget(spec, sets);
    }

    /// <returns>Whether its number changed.</returns>
    private bool Scale(StoredObject deployment, DeploymentSpec spec, StoredObject set, long replicas)
    {
        var now = ReplicaSets.Wanted(set);
        objects.Update(set.Key, item =>
        {
            item.Always("spec")["replicas"] = replicas;
            ReplicaSetRevisions.Note(item.Metadata().Always("annotations"), spec);
        });
        if (now == replicas)
            return false;
        events.Normal(deployment.View, "ScalingReplicaSet", $"Scaled {(replicas > now ? "up" : "down")} replica set {set.Key.Name} to {replicas}");
        return true;
    }

    /// <summary>The number has changed since the sets were last scaled. Where all are replaced at once, the way there sets it too.</summary>
    private static bool IsRescaled(DeploymentSpec spec, ReplicaSets sets) => !spec.Recreate && sets.All.Where(set => ReplicaSets.Wanted(set) > 0)
        .Select(set => set.View.Annotations.GetValueOrDefault(Annotations.Desired)).Any(desired => desired is not null && desired != spec.Replicas.ToString(CultureInfo.InvariantCulture));

    private bool HasPods(StoredObject set) =>
        objects.Store.List(Kinds.Pod, set.Key.Namespace).Items.Any(pod => OwnerReferences.IsControlledBy(pod.View, set) && !PodState.HasEnded(pod.View));

    private static bool IsComplete(DeploymentSpec spec, ReplicaSets sets) =>
        sets.New is { } current && ReplicaSets.Count(current, "availableReplicas") == spec.Replicas && sets.TotalWanted == spec.Replicas && ReplicaSets.Wanted(current) == spec.Replicas;
}
