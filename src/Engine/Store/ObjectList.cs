namespace Kontrakt.Engine.Store;

/// <summary>Objects ordered by namespace and name, all as of one revision.</summary>
public sealed record ObjectList(IReadOnlyList<StoredObject> Items, long Revision);
