using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Ends namespaces: deletes what is in them, says what is in the way, and lets them go once they are empty.</summary>
internal sealed class NamespaceController(ClusterObjects objects) : IReconciler
{
    public string Name => "namespace-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change)
    {
        var key = change.Object.Key;
        if (key.Kind == Kinds.Namespace)
            return change.Object.IsBeingDeleted ? [key] : [];
        if (change.Type == ChangeType.Added || !key.Kind.Namespaced)
            return [];
        var home = new ObjectKey(Kinds.Namespace, "", key.Namespace);
        return objects.Store.Find(home) is { IsBeingDeleted: true } ? [home] : [];
    }

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { IsBeingDeleted: true })
            return null;
        foreach (var item in First([.. Content(key.Name)]).Where(item => !item.IsBeingDeleted))
            objects.TryDelete(item);
        var remaining = NamespaceRemains.Of(Content(key.Name));
        objects.UpdateStatus(key, space => remaining.Describe(space.Always("status"), objects.Timestamp()));
        if (remaining.IsNothing)
            LetGo(key);
        return null;
    }

    private IEnumerable<StoredObject> Content(string name) =>
        ServedKinds.ResourcesIn(objects.Store).Where(kind => kind.Namespaced).SelectMany(kind => objects.Store.List(kind, name).Items);

    /// <summary>What makes pods, and pods; what they need (their account and its rights, configuration, addresses) once they have ended.</summary>
    private static IEnumerable<StoredObject> First(List<StoredObject> content) => content.Any(item => item.Key.Kind == Kinds.Pod)
        ? content.Where(item => item.Key.Kind == Kinds.Pod || item.Key.Kind.Group is "apps" or "batch")
        : content;

    private void LetGo(ObjectKey key) => objects.Update(key, space => space.Always("spec").RemoveText("finalizers", NamespaceKind.Finalizer));
}
