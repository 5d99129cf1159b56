using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Which Services a pod is behind.</summary>
internal static class ServicePods
{
    /// <summary>Those that select a pod that has changed, as it is or as it was.</summary>
    public static IEnumerable<ObjectKey> ServicesOf(ObjectStore store, StoreEvent change)
    {
        foreach (var service in store.List(Kinds.Service, change.Object.Key.Namespace).Items)
        {
            var selector = LabelSelector.FromMap(service.View.At("spec", "selector"));
            if (selector.Matches(change.Object) || (change.Previous is { } before && selector.Matches(before)))
                yield return service.Key;
        }
    }
}
