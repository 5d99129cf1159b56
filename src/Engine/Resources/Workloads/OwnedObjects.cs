using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Who owns what among workloads: an owner keeps what its selector selects, adopts what is nobody's, and lets go what it selects no more.</summary>
/// <param name="owners">The kind that owns.</param>
/// <param name="owned">The kind that is owned.</param>
internal sealed class OwnedObjects(ClusterObjects objects, ResourceKind owners, ResourceKind owned)
{
    /// <summary>The owners to look at after a change of something owned: those it had and has; of what is nobody's, those that would adopt it.</summary>
    public IEnumerable<ObjectKey> OwnersOf(StoreEvent change)
    {
        if (change.Object.Key.Kind != owned)
            yield break;
        var now = OwnerKey(change.Object);
        if (now is not null)
            yield return now;
        if (change.Previous is not null && OwnerKey(change.Previous) is { } before && before != now)
            yield return before;
        if (now is not null || OwnerReferences.Controller(change.Object.View) is not null || change.Type == ChangeType.Deleted)
            yield break;
        foreach (var owner in objects.Store.List(owners, change.Object.Key.Namespace).Items)
        {
            if (Selector(owner).Matches(change.Object))
                yield return owner.Key;
        }
    }

    /// <summary>What is an owner's now, after adopting and letting go.</summary>
    /// <param name="candidate">What may be its at all.</param>
    public IReadOnlyList<StoredObject> Claim(StoredObject owner, Func<KubernetesObject, bool> candidate)
    {
        var selector = Selector(owner);
        var claimed = new List<StoredObject>();
        foreach (var item in objects.Store.List(owned, owner.Key.Namespace).Items.Where(item => candidate(item.View)))
        {
            if (Claim(owner, item, selector.Matches(item)) is { } own)
                claimed.Add(own);
        }
        return claimed;
    }

    private StoredObject? Claim(StoredObject owner, StoredObject item, bool selected)
    {
        var controller = OwnerReferences.Controller(item.View);
        if (controller is not null && controller.Text("uid") != owner.View.Uid)
            return null;
        if (controller is not null && selected)
            return item;
        if (owner.IsBeingDeleted || (controller is null && (!selected || item.IsBeingDeleted)))
            return null;
        if (controller is null)
            return objects.Update(item.Key, orphan => orphan.Metadata().AlwaysList("ownerReferences").Add(OwnerReferences.ToController(owner)));
        objects.Update(item.Key, former => OwnerReferences.Remove(former, owner.View.Uid));
        return null;
    }

    private static LabelSelector Selector(StoredObject owner) => Workloads.Selector(owner.Key.Kind, owner.View);

    private ObjectKey? OwnerKey(StoredObject item) => OwnerReferences.Controller(item.View) is { } controller
        && controller.Text("kind") == owners.Kind && controller.Text("apiVersion") == owners.GroupVersionKind.ApiVersion
            ? new(owners, item.Key.Namespace, controller.Text("name"))
            : null;
}
