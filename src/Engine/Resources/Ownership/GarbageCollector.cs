using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Deletes what its owners have left behind; holds an owner until its dependants are gone (foreground), or cuts them loose from it (orphan).</summary>
internal sealed class GarbageCollector(ClusterObjects objects) : IReconciler
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";
    private readonly OwnershipIndex index = new(objects.Store);

    private enum OwnerState { There, Gone, WaitsForDependents }

    public string Name => "garbage-collector";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change)
    {
        index.Take(change);
        var item = change.Object;
        if (change.Type == ChangeType.Deleted)
            return [.. index.DependentsOf(item.View.Uid).Select(dependent => dependent.Key), .. OwnersOf(item).OfType<ObjectKey>()];
        if (change.Previous is { } before && before.IsBeingDeleted == item.IsBeingDeleted && Same(before, item, "ownerReferences") && Same(before, item, "finalizers"))
            return [];
        if (item.IsBeingDeleted && Has(item, Foreground))
            return [item.Key, .. index.DependentsOf(item.View.Uid).Select(dependent => dependent.Key)];
        return item.IsBeingDeleted || OwnerReferences.Of(item.View).Any() ? [item.Key, .. OwnersOf(item).OfType<ObjectKey>()] : [];
    }

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { } item)
            return null;
        if (item.IsBeingDeleted && Has(item, Orphan))
            CutLoose(item);
        else if (item.IsBeingDeleted && Has(item, Foreground))
            LetGo(item);
        else if (!item.IsBeingDeleted)
            Collect(item);
        return null;
    }

    private void CutLoose(StoredObject owner)
    {
        foreach (var dependent in index.DependentsOf(owner.View.Uid))
            objects.TryUpdate(dependent, item => OwnerReferences.Remove(item, owner.View.Uid));
        objects.TryUpdate(owner, item => item.Metadata().RemoveText("finalizers", Orphan));
    }

    /// <summary>All dependants are being collected by now; those that do not block the owner's end are not waited for.</summary>
    private void LetGo(StoredObject owner)
    {
        var blocking = index.DependentsOf(owner.View.Uid).Any(dependent => !(dependent.IsBeingDeleted && Has(dependent, Foreground) && IsOwned(owner, dependent.View.Uid)) && OwnerReferences.Of(dependent.View)
            .Any(reference => reference.Text("uid") == owner.View.Uid && reference.Text("blockOwnerDeletion") == "true"));
        if (!blocking)
            objects.TryUpdate(owner, item => item.Metadata().RemoveText("finalizers", Foreground));
    }

    /// <summary>Whether an object is an owner of another, however far up: of two that wait for each other, one must go first.</summary>
    private bool IsOwned(StoredObject item, string uid)
    {
        var (seen, next) = (new HashSet<ObjectKey>(), new Queue<StoredObject>([item]));
        while (next.TryDequeue(out var current))
        {
            if (OwnerReferences.Of(current.View).Any(reference => reference.Text("uid") == uid))
                return true;
            foreach (var key in OwnersOf(current).OfType<ObjectKey>().Where(seen.Add))
                if (objects.Store.Find(key) is { } above)
                    next.Enqueue(above);
        }
        return false;
    }

    private void Collect(StoredObject item)
    {
        var owners = OwnerReferences.Of(item.View).Select(reference => (Reference: reference, State: StateOf(item, reference))).ToList();
        if (owners.Count == 0)
            return;
        if (owners.Any(owner => owner.State == OwnerState.There))
        {
            var gone = owners.Where(owner => owner.State != OwnerState.There).Select(owner => owner.Reference.Text("uid")).ToList();
            if (gone.Count > 0)
                objects.TryUpdate(item, kept => gone.ForEach(uid => OwnerReferences.Remove(kept, uid)));
            return;
        }
        var waited = owners.Any(owner => owner.State == OwnerState.WaitsForDependents);
        Delete(item, waited && index.DependentsOf(item.View.Uid).Count > 0 ? Propagation.Foreground : Propagation.Background);
    }

    private void Delete(StoredObject item, Propagation propagation)
    {
        var asked = Has(item, Orphan) ? Propagation.Orphan : Has(item, Foreground) ? Propagation.Foreground : propagation;
        try
        {
            // What has changed since may have an owner again.
            objects.Delete(item.Key, new(Propagation: asked, Uid: item.View.Uid, ResourceVersion: item.View.ResourceVersion));
        }
        catch (StatusException e) when (e.Code == 404)
        {
            // Gone already.
        }
    }

    private OwnerState StateOf(StoredObject item, JsonObject reference)
    {
        if (OwnerReferences.KeyOf(objects.Store, item, reference) is not { } key)
            return OwnerState.There; // Of a kind that nobody here knows: it is not for us to say that it is gone.
        if (objects.Store.Find(key) is not { } owner || owner.View.Uid != reference.Text("uid"))
            return OwnerState.Gone;
        return owner.IsBeingDeleted && Has(owner, Foreground) ? OwnerState.WaitsForDependents : OwnerState.There;
    }

    private IEnumerable<ObjectKey?> OwnersOf(StoredObject item) => OwnerReferences.Of(item.View).Select(reference => OwnerReferences.KeyOf(objects.Store, item, reference));

    private static bool Has(StoredObject item, string finalizer) =>
        item.View.At("metadata", "finalizers") is JsonArray finalizers && finalizers.Any(each => each?.ToString() == finalizer);

    private static bool Same(StoredObject before, StoredObject after, string field) =>
        JsonNode.DeepEquals(before.View.At("metadata", field), after.View.At("metadata", field));
}
