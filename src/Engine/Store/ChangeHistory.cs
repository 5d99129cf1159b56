namespace Kontrakt.Engine.Store;

public enum ChangeType { Added, Modified, Deleted }

/// <summary>One change. Its revision is one above that of the change before it, whatever kinds the two are about.</summary>
/// <param name="Object">As it is now; for a deletion, as it was at last, with the revision of the deletion.</param>
/// <param name="Previous">As it was before; null for an addition.</param>
public sealed record StoreEvent(ChangeType Type, StoredObject Object, StoredObject? Previous)
{
    public long Revision => Object.Revision;
}

/// <summary>The last changes, as many as fit: a number of them, and so many bytes that changes to big objects do not fill the memory.</summary>
/// <param name="count">How many at most.</param>
/// <param name="bytes">How large their objects may be together (<see cref="StoredObject.Size"/>).</param>
internal sealed class ChangeHistory(int count, long bytes)
{
    /// <summary>The change of a revision is at its remainder.</summary>
    private readonly StoreEvent?[] changes = new StoreEvent?[count];
    private long size;

    /// <summary>The last revision that is not remembered any more: who has seen up to it has missed nothing.</summary>
    public long Forgotten { get; private set; }

    /// <exception cref="InvalidOperationException">It is not remembered.</exception>
    public StoreEvent At(long revision) => changes[revision % count] is { } change && change.Revision == revision
        ? change
        : throw new InvalidOperationException($"revision {revision} is not remembered");

    public void Add(StoreEvent change)
    {
        if (change.Revision - Forgotten > count)
            Forget();
        changes[change.Revision % count] = change;
        size += change.Object.Size;
        while (size > bytes && Forgotten < change.Revision - 1)
            Forget();
    }

    private void Forget()
    {
        Forgotten++;
        size -= At(Forgotten).Object.Size;
        changes[Forgotten % count] = null;
    }
}
