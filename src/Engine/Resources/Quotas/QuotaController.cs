using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Shows how much of each quota is used.</summary>
internal sealed class QuotaController(ClusterObjects objects) : IReconciler
{
    public string Name => "resourcequota-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change)
    {
        var key = change.Object.Key;
        // A definition of a custom kind may be what a name in a quota had waited for.
        var quotas = objects.Store.List(Kinds.ResourceQuota, key.Kind == Kinds.CustomResourceDefinition ? null : key.Namespace).Items;
        return quotas.Where(quota => quota.Key == key || key.Kind == Kinds.CustomResourceDefinition || QuotaLimit.Of(quota, objects.Store).Any(limit => limit.Resource.Kind == key.Kind)).Select(quota => quota.Key);
    }

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { } quota)
            return null;
        var used = new JsonObject(QuotaLimit.Of(quota, objects.Store).Select(limit => KeyValuePair.Create(limit.Name, (JsonNode?)limit.Resource.Used(quota, objects.Store).ToString())));
        objects.UpdateStatus(key, item => item["status"] = new JsonObject { ["hard"] = item.Map("spec").Map("hard")?.DeepClone() ?? new JsonObject(), ["used"] = used });
        return null;
    }
}
