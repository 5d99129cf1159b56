using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods;

/// <summary>Follows all objects of one kind: what exists, then each change; from the beginning again when changes were missed.</summary>
/// <param name="events">Reports objects that cannot be handled: they must not stop what is done for all others.</param>
internal sealed class KindWatch(ObjectStore store, ResourceKind kind, EventRecorder events)
{
    private readonly Dictionary<ObjectKey, StoredObject> known = [];

    /// <param name="present">An object exists, or has changed.</param>
    /// <param name="gone">As it was last seen.</param>
    public async Task RunAsync(Action<StoredObject> present, Action<StoredObject> gone, CancellationToken cancellationToken)
    {
        while (true)
        {
            var list = store.List(kind);
            Synchronize(list, present, gone);
            try
            {
                await foreach (var change in store.WatchAsync(kind, null, list.Revision, cancellationToken))
                    Take(change, present, gone);
            }
            catch (StatusException e) when (e.Code == 410)
            {
                // Too slow: what was missed shows in the next list.
            }
        }
    }

    private void Synchronize(ObjectList list, Action<StoredObject> present, Action<StoredObject> gone)
    {
        var now = list.Items.ToDictionary(item => item.Key);
        foreach (var item in known.Values.Where(item => !now.TryGetValue(item.Key, out var same) || same.View.Uid != item.View.Uid).ToList())
        {
            known.Remove(item.Key);
            Handle(item, gone);
        }
        foreach (var item in list.Items)
        {
            known[item.Key] = item;
            Handle(item, present);
        }
    }

    private void Take(StoreEvent change, Action<StoredObject> present, Action<StoredObject> gone)
    {
        if (change.Type == ChangeType.Deleted)
        {
            known.Remove(change.Object.Key);
            Handle(change.Object, gone);
            return;
        }
        known[change.Object.Key] = change.Object;
        Handle(change.Object, present);
    }

    private void Handle(StoredObject item, Action<StoredObject> handler)
    {
        try
        {
            handler(item);
        }
        catch (Exception e)
        {
            events.Warning(item.View, "InternalError", $"the engine cannot handle this {kind.Kind}: {e.Message}");
        }
    }
}
