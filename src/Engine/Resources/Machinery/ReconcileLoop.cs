using Kontrakt.Engine.Store;
using Microsoft.Extensions.Logging;

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

/// <summary>Runs one controller: one key after the other, and what fails again later. Nothing that a controller throws ends it.</summary>
internal sealed class ReconcileLoop(IReconciler reconciler, TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>Failures in a row after which it is no longer one of the usual races.</summary>
    private const int Persistent = 5;
    private readonly WorkQueue queue = new(time);

    public void Observe(StoreEvent change)
    {
        try
        {
            foreach (var key in reconciler.Concerns(change))
                queue.Add(key);
        }
        catch (Exception e)
        {
            log.LogError(e, "{Controller}: cannot tell what the change of {Object} concerns", reconciler.Name, change.Object);
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
            Reconcile(await queue.TakeAsync(cancellationToken));
    }

    public void Dispose() => queue.Dispose();

    private void Reconcile(ObjectKey key)
    {
        try
        {
            queue.Succeeded(key, reconciler.Reconcile(key));
        }
        catch (StatusException e)
        {
            // Others write, too: what existed a moment ago may be gone, changed or refused by now.
            if (queue.Failed(key) >= Persistent)
                log.LogWarning("{Controller}: {Key}: {Message}; will try again", reconciler.Name, key, e.Message);
        }
        catch (Exception e)
        {
            queue.Failed(key);
            log.LogError(e, "{Controller}: {Key} failed; will try again", reconciler.Name, key);
        }
    }
}
