using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// What a namespace holds, kind by kind and version by version, as watches and lists tell it: an object that is served in two versions is here
/// as often as it is watched. Not for concurrent use: one reader applies and asks.
/// </summary>
internal sealed class ClusterState
{
    private readonly Dictionary<GroupVersionKind, Dictionary<string, KubernetesObject>> _objects = [];
    private readonly Dictionary<(string Group, string Kind), GroupVersionKind> _versions = [];
    private readonly Dictionary<string, Dictionary<string, ToldEvent>> _events = [];
    private readonly Dictionary<string, KubernetesObject> _seen = new(StringComparer.Ordinal);
    private long _arrived;

    /// <summary>Notes that a kind is watched: of several versions, those who ask for a kind alone get the first.</summary>
    public void Begin(GroupVersionKind kind) => Served(kind);

    public void Apply(GroupVersionKind kind, WatchEvent change)
    {
        if (change.Object is not { } item)
            return;
        var deleted = change.Type == WatchEventType.Deleted;
        if (kind is { Group: "", Kind: "Event" })
        {
            ApplyEvent(item, deleted);
            return;
        }
        var served = Served(kind);
        if (IsFirst(kind))
            _seen[item.Uid] = item;
        if (deleted)
            served.Remove(item.Name);
        else
            served[item.Name] = item;
    }

    /// <summary>Whether it is the version, of several, that was watched first.</summary>
    public bool IsFirst(GroupVersionKind kind) => _versions[(kind.Group, kind.Kind)] == kind;

    /// <summary>The object in the version that was watched first.</summary>
    public KubernetesObject? Find(string group, string kind, string name) => First(group, kind)?.GetValueOrDefault(name);

    /// <summary>An object by its uid, as it was last seen, even when it has been deleted since; null when it never was.</summary>
    public KubernetesObject? Seen(string uid) => _seen.GetValueOrDefault(uid);

    /// <summary>The objects in the version that was watched first.</summary>
    public IReadOnlyCollection<KubernetesObject> All(string group, string kind) =>
        (group, kind) is ("", "Event") ? [.. Events] : First(group, kind)?.Values ?? (IReadOnlyCollection<KubernetesObject>)[];

    /// <summary>As they are served in this very version.</summary>
    public IReadOnlyCollection<KubernetesObject> All(GroupVersionKind kind) =>
        kind is { Group: "", Kind: "Event" } ? [.. Events] : _objects.TryGetValue(kind, out var known) ? known.Values : [];

    public IReadOnlyCollection<KubernetesObject> Pods => All("", "Pod");

    /// <summary>Every event, oldest first.</summary>
    public IEnumerable<KubernetesObject> Events => Ordered(_events.Values.SelectMany(told => told.Values));

    /// <summary>The events about one object, oldest first.</summary>
    public IReadOnlyList<KubernetesObject> EventsOf(KubernetesObject item) =>
        _events.TryGetValue(item.Uid, out var events) ? [.. Ordered(events.Values)] : [];

    private void ApplyEvent(KubernetesObject item, bool deleted)
    {
        var uid = item.Text("involvedObject", "uid");
        if (!_events.TryGetValue(uid, out var events))
            _events[uid] = events = new(StringComparer.Ordinal);
        // An event that expires says nothing about its object: what it reported stays known.
        if (!deleted)
            events[item.Name] = new(item, _arrived++);
    }

    /// <summary>Times are whole seconds, mostly; within one, the order in which they came.</summary>
    private static IEnumerable<KubernetesObject> Ordered(IEnumerable<ToldEvent> events) =>
        events.OrderBy(each => TimeText(each.Item), StringComparer.Ordinal).ThenBy(each => each.Arrived).Select(each => each.Item);

    /// <summary>When an event was last seen, as it says it.</summary>
    public static string TimeText(KubernetesObject item) =>
        item.Text("lastTimestamp") is { Length: > 0 } last ? last : item.Text("eventTime") is { Length: > 0 } time ? time : item.Text("metadata", "creationTimestamp");

    private Dictionary<string, KubernetesObject>? First(string group, string kind) =>
        _versions.TryGetValue((group, kind), out var first) ? _objects[first] : null;

    private Dictionary<string, KubernetesObject> Served(GroupVersionKind kind)
    {
        if (!_objects.TryGetValue(kind, out var known))
        {
            _objects[kind] = known = new(StringComparer.Ordinal);
            _versions.TryAdd((kind.Group, kind.Kind), kind);
        }
        return known;
    }

    private sealed record ToldEvent(KubernetesObject Item, long Arrived);
}
