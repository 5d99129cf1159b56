using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Deletes the objects of a kind whose definition is being deleted, and gives names that have become free to who waits for them.</summary>
internal sealed class DefinitionController(ClusterObjects objects) : IReconciler
{
    public string Name => "customresourcedefinition-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change)
    {
        var key = change.Object.Key;
        if (key.Kind == Kinds.CustomResourceDefinition)
            return change.Type == ChangeType.Deleted ? [.. objects.Store.List(key.Kind).Items.Where(IsWaiting).Select(item => item.Key)] : [key];
        if (change.Type == ChangeType.Added || key.Kind.Group.Length == 0)
            return [];
        var definition = new ObjectKey(Kinds.CustomResourceDefinition, "", key.Kind.QualifiedPlural);
        return objects.Store.Find(definition) is { IsBeingDeleted: true } ? [definition] : [];
    }

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { } definition)
            return null;
        if (definition.IsBeingDeleted)
            Empty(definition);
        else if (IsWaiting(definition))
            objects.UpdateStatus(key, item => DefinitionStatus.Update(item, key, objects.Store));
        return null;
    }

    private static bool IsWaiting(StoredObject definition) => definition.View.Condition("NamesAccepted").Text("status") == "False";

    private void Empty(StoredObject definition)
    {
        var kind = new ResourceKind(new(definition.View.Text("spec", "group"), "", definition.View.Text("spec", "names", "kind")), definition.View.Text("spec", "names", "plural"));
        foreach (var item in objects.Store.List(kind).Items.Where(item => !item.IsBeingDeleted))
            objects.TryDelete(item);
        if (objects.Store.List(kind).Items.Count == 0)
            objects.TryUpdate(definition, item => item.Metadata().RemoveText("finalizers", CustomResourceDefinitionKind.Finalizer));
    }
}
