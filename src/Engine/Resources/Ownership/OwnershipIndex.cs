using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Which objects name an owner, by its uid. What it says may be out of date: the store has the last word.</summary>
internal sealed class OwnershipIndex(ObjectStore store)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, HashSet<ObjectKey>> dependents = new(StringComparer.Ordinal);

    public void Take(StoreEvent change)
    {
        var now = change.Type == ChangeType.Deleted ? [] : Uids(change.Object.View);
        var before = change.Previous is null ? change.Type == ChangeType.Deleted ? Uids(change.Object.View) : [] : Uids(change.Previous.View);
        if (now.Count == 0 && before.Count == 0)
            return;
        lock (gate)
        {
            foreach (var uid in before.Except(now))
                Remove(uid, change.Object.Key);
            foreach (var uid in now)
                Add(uid, change.Object.Key);
        }
    }

    /// <summary>The objects that name it now.</summary>
    public IReadOnlyList<StoredObject> DependentsOf(string uid)
    {
        List<ObjectKey> keys;
        lock (gate)
            keys = dependents.TryGetValue(uid, out var known) ? [.. known] : [];
        return [.. keys.Select(store.Find).OfType<StoredObject>().Where(item => Uids(item.View).Contains(uid))];
    }

    private void Add(string uid, ObjectKey key)
    {
        if (!dependents.TryGetValue(uid, out var known))
            dependents[uid] = known = [];
        known.Add(key);
    }

    private void Remove(string uid, ObjectKey key)
    {
        if (dependents.TryGetValue(uid, out var known) && known.Remove(key) && known.Count == 0)
            dependents.Remove(uid);
    }

    private static HashSet<string> Uids(KubernetesObject item) => [.. OwnerReferences.Of(item).Select(owner => owner.Text("uid"))];
}
