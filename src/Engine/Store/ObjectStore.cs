using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Store;

/// <summary>
/// All objects, in memory, and the last changes to them. Every change has a revision, one above the one before. A watcher reads the changes
/// at its own pace; nothing is queued for it, so one that never reads costs nothing, and one that is too slow gets that answer (410).
/// What an object must look like is not known here (see <see cref="ClusterObjects"/>).
/// </summary>
public sealed class ObjectStore
{
    private readonly Lock gate = new();
    /// <summary>By kind, namespace and name: what is of one namespace is listed without a look at the others.</summary>
    private readonly Dictionary<ResourceKind, SortedDictionary<string, SortedDictionary<string, StoredObject>>> kinds = [];
    private readonly ChangeHistory history;
    private long revision;
    private long size;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="history">How many changes a watcher may lag behind.</param>
    /// <param name="historyBytes">How large the objects of these changes may be together. A parsed object takes about ten times as much.</param>
    public ObjectStore(int history = 16384, long historyBytes = 8 * 1024 * 1024) => this.history = new(history, historyBytes);

    /// <summary>That of the last change; 0 before the first.</summary>
    public long Revision
    {
        get { lock (gate) return revision; }
    }

    /// <summary>Of all objects together (<see cref="StoredObject.Size"/>).</summary>
    public long Size
    {
        get { lock (gate) return size; }
    }

    public StoredObject? Find(ObjectKey key)
    {
        lock (gate)
            return Find(key.Kind, key.Namespace, key.Name);
    }

    /// <exception cref="StatusException">There is none.</exception>
    public StoredObject Get(ObjectKey key) => Find(key) ?? throw StatusException.NotFound(key);

    /// <param name="inNamespace">null for all.</param>
    public ObjectList List(ResourceKind kind, string? inNamespace = null)
    {
        lock (gate)
        {
            if (!kinds.TryGetValue(kind, out var namespaces))
                return new([], revision);
            if (inNamespace is null)
                return new([.. namespaces.Values.SelectMany(objects => objects.Values)], revision);
            return new(namespaces.TryGetValue(inNamespace, out var some) ? [.. some.Values] : [], revision);
        }
    }

    /// <summary>What there was at a revision: what exists, with all that came later undone.</summary>
    /// <param name="inNamespace">null for all.</param>
    /// <exception cref="StatusException">410: what came later is not remembered as far back.</exception>
    public ObjectList ListAt(ResourceKind kind, string? inNamespace, long at)
    {
        lock (gate)
        {
            var now = List(kind, inNamespace);
            if (at == revision)
                return now;
            if (at < history.Forgotten || at > revision)
                throw StatusException.Expired(at, history.Forgotten);
            var then = now.Items.ToDictionary(item => item.Key);
            for (var undone = revision; undone > at; undone--)
            {
                var change = history.At(undone);
                if (change.Object.Key.Kind != kind || (inNamespace is not null && change.Object.Key.Namespace != inNamespace))
                    continue;
                if (change.Previous is { } previous)
                    then[previous.Key] = previous;
                else
                    then.Remove(change.Object.Key);
            }
            return new([.. then.Values.OrderBy(item => item.Key.Namespace, StringComparer.Ordinal).ThenBy(item => item.Key.Name, StringComparer.Ordinal)], at);
        }
    }

    /// <summary>Adds an object; its metadata gets the resourceVersion.</summary>
    /// <exception cref="StatusException">There is one by that name.</exception>
    public StoredObject Add(ObjectKey key, Func<JsonObject> make, bool dryRun = false)
    {
        lock (gate)
        {
            if (Find(key.Kind, key.Namespace, key.Name) is not null)
                throw StatusException.AlreadyExists(key);
            var made = make();
            return dryRun ? new(key, revision, made) : Record(ChangeType.Added, key, made, null);
        }
    }

    /// <summary>
    /// Changes an object. <paramref name="change"/> runs under the lock, so it must be quick and touch nothing else; it answers the whole new
    /// object, null to remove it, or the very JSON it was given a view of to leave it as it is. Equal JSON is not a change either.
    /// </summary>
    /// <param name="dryRun">Answer what would be, and leave everything as it is.</param>
    /// <returns>As it is now; for a removal, as it was at last.</returns>
    /// <exception cref="StatusException">There is none; or what <paramref name="change"/> throws.</exception>
    public StoredObject Change(ObjectKey key, Func<StoredObject, JsonObject?> change, bool dryRun = false)
    {
        lock (gate)
        {
            var current = Get(key);
            var next = change(current);
            if (dryRun)
                return next is null ? current : new(key, revision, next);
            if (next is null)
                return Record(ChangeType.Deleted, key, current.Copy(), current);
            return ReferenceEquals(next, current.View.Json) || JsonNode.DeepEquals(next, current.View.Json)
                ? current
                : Record(ChangeType.Modified, key, next, current);
        }
    }

    /// <summary>Every change to a kind after a revision, without end.</summary>
    /// <param name="kind">null for all.</param>
    /// <param name="inNamespace">null for all.</param>
    /// <exception cref="StatusException">410: changes between that revision and the oldest remembered one are forgotten.</exception>
    public async IAsyncEnumerable<StoreEvent> WatchAsync(ResourceKind? kind, string? inNamespace, long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = afterRevision;
        var batch = new List<StoreEvent>();
        while (true)
        {
            var more = ReadChanges(kind, inNamespace, ref seen, batch);
            foreach (var change in batch)
                yield return change;
            if (batch.Count == 0)
                await more.WaitAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The next changes of interest, a bounded number, and the task that ends at the next change of any kind.</summary>
    /// <param name="seen">The revision read up to. With an empty <paramref name="batch"/> it is the newest there is.</param>
    /// <param name="batch">Emptied, then filled.</param>
    /// <exception cref="StatusException">410, as <see cref="WatchAsync"/>.</exception>
    public Task ReadChanges(ResourceKind? kind, string? inNamespace, ref long seen, List<StoreEvent> batch)
    {
        batch.Clear();
        lock (gate)
        {
            // A revision above ours is of an engine that ran before this one.
            if (seen < history.Forgotten || seen > revision)
                throw StatusException.Expired(seen, history.Forgotten);
            while (seen < revision && batch.Count < 256)
            {
                var change = history.At(++seen);
                if ((kind is null || change.Object.Key.Kind == kind) && (inNamespace is null || change.Object.Key.Namespace == inNamespace))
                    batch.Add(change);
            }
            return changed.Task;
        }
    }

    private StoredObject? Find(ResourceKind kind, string inNamespace, string name) =>
        kinds.TryGetValue(kind, out var namespaces) && namespaces.TryGetValue(inNamespace, out var objects) && objects.TryGetValue(name, out var found) ? found : null;

    private StoredObject Record(ChangeType type, ObjectKey key, JsonObject json, StoredObject? previous)
    {
        var next = revision + 1;
        json.Metadata()["resourceVersion"] = next.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var item = new StoredObject(key, next, json);
        Place(type, key, item);
        size += (type == ChangeType.Deleted ? 0 : item.Size) - (previous?.Size ?? 0);
        revision = next;
        history.Add(new(type, item, previous));
        var done = changed;
        changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        done.SetResult();
        return item;
    }

    private void Place(ChangeType type, ObjectKey key, StoredObject item)
    {
        if (!kinds.TryGetValue(key.Kind, out var namespaces))
            kinds[key.Kind] = namespaces = new(StringComparer.Ordinal);
        if (!namespaces.TryGetValue(key.Namespace, out var objects))
            namespaces[key.Namespace] = objects = new(StringComparer.Ordinal);
        if (type != ChangeType.Deleted)
            objects[key.Name] = item;
        else if (objects.Remove(key.Name) && objects.Count == 0)
            namespaces.Remove(key.Namespace);
    }
}

/// <summary>Objects ordered by namespace and name, all as of one revision.</summary>
public sealed record ObjectList(IReadOnlyList<StoredObject> Items, long Revision);
