namespace Kontrakt.Engine.Store;

public enum ChangeType { Added, Modified, Deleted }

/// <summary>One change. Its revision is one above that of the change before it, whatever kinds the two are about.</summary>
/// <param name="Object">As it is now; for a deletion, as it was at last, with the revision of the deletion.</param>
/// <param name="Previous">As it was before; null for an addition.</param>
public sealed record StoreEvent(ChangeType Type, StoredObject Object, StoredObject? Previous)
{
    public long Revision => Object.Revision;
}
