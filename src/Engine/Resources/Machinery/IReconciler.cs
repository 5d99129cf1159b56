using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// One controller: changes what exists into what an object asks for. It reads the store itself, which is never behind, so it needs no cache
/// and no expectations, and may be asked about the same object again at any time.
/// </summary>
internal interface IReconciler
{
    string Name { get; }

    /// <summary>The objects that a change is a reason to look at. Quick, and reads only.</summary>
    IEnumerable<ObjectKey> Concerns(StoreEvent change);

    /// <summary>Looks at one object, and acts. What it throws is logged, and it is asked again a little later.</summary>
    /// <returns>When to look again although nothing has changed; null for never.</returns>
    DateTimeOffset? Reconcile(ObjectKey key);
}
