using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Says what a volume is to its claim, and lets it go when the claim has gone.</summary>
internal sealed class VolumeController(ClusterObjects objects) : IReconciler
{
    public string Name => "persistentvolume-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change) => change.Object.Key.Kind switch
    {
        var kind when kind == Kinds.PersistentVolume => [change.Object.Key],
        var kind when kind == Kinds.PersistentVolumeClaim && change.Object.View.Text("spec", "volumeName") is { Length: > 0 } name => [new(Kinds.PersistentVolume, "", name)],
        _ => [],
    };

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { } volume)
            return null;
        var phase = PhaseOf(volume);
        if (volume.View.Text("status", "phase") != phase)
            volume = objects.UpdateStatus(key, item =>
            {
                item.Always("status")["phase"] = phase;
                item.Always("status")["lastPhaseTransitionTime"] = objects.Timestamp();
            });
        if (phase == "Released" && volume.View.Text("spec", "persistentVolumeReclaimPolicy") == "Delete" && !volume.IsBeingDeleted)
            objects.TryDelete(volume);
        else if (volume.IsBeingDeleted && phase != "Bound")
            objects.TryUpdate(volume, item => item.Metadata().RemoveText("finalizers", PersistentVolumeKind.Finalizer));
        return null;
    }

    private string PhaseOf(StoredObject volume)
    {
        if (volume.View.Text("spec", "claimRef", "uid") is not { Length: > 0 } uid)
            return "Available";
        var claim = objects.Store.Find(new(Kinds.PersistentVolumeClaim, volume.View.Text("spec", "claimRef", "namespace"), volume.View.Text("spec", "claimRef", "name")));
        return claim?.View.Uid == uid ? "Bound" : "Released";
    }
}
