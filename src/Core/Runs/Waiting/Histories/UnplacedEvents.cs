using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>
/// Events of pods and Jobs that belong to nothing yet, since what is between them and their manifest has not been seen; by owner, since those of one
/// owner find their place together. What can never be the kontrakt's is not kept.
/// </summary>
internal sealed class UnplacedEvents(KontraktView view)
{
    private readonly Dictionary<string, List<(KubernetesObject Item, bool Deleted)>> _byOwner = new(StringComparer.Ordinal);

    public IEnumerable<(KubernetesObject Item, bool Deleted)> All => _byOwner.Values.SelectMany(events => events);

    public void Add(KubernetesObject item, bool deleted)
    {
        if (view.IsForeign(item))
            return;
        var owner = string.Join(' ', item.Items("metadata", "ownerReferences").Select(each => each["uid"]?.ToString()));
        if (!_byOwner.TryGetValue(owner, out var events))
            _byOwner[owner] = events = [];
        events.Add((item, deleted));
    }

    /// <summary>Those whose place is known by now, each owner's in the order in which they came; they are kept no longer.</summary>
    public IReadOnlyList<(KubernetesObject Item, bool Deleted)> TakePlaced()
    {
        var placed = new List<(KubernetesObject, bool)>();
        foreach (var (owner, events) in _byOwner.ToList())
        {
            var known = view.Origin(events[0].Item) is not null;
            if (known)
                placed.AddRange(events);
            if (known || view.IsForeign(events[0].Item))
                _byOwner.Remove(owner);
        }
        return placed;
    }
}
