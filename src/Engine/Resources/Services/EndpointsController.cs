using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Keeps for each Service with a selector the list of addresses behind it.</summary>
internal sealed class EndpointsController(ClusterObjects objects) : IReconciler
{
    private const string HeadlessLabel = "service.kubernetes.io/headless";

    public string Name => "endpoint-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change)
    {
        var key = change.Object.Key;
        if (key.Kind == Kinds.Service)
            return [key];
        if (key.Kind == Kinds.Pod)
            return ServicePods.ServicesOf(objects.Store, change);
        // Addresses that somebody else wrote are put right, but those that no Service asks for are their writer's own.
        var service = key with { Kind = Kinds.Service };
        return key.Kind == Kinds.Endpoints && change.Type != ChangeType.Added && objects.Store.Find(service) is not null ? [service] : [];
    }

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        var endpoints = key with { Kind = Kinds.Endpoints };
        if (objects.Store.Find(key) is not { } service)
            Remove(endpoints);
        else if (service.View.At("spec", "selector") is JsonObject { Count: > 0 } selector)
            Write(service, endpoints, LabelSelector.FromMap(selector));
        return null;
    }

    private void Remove(ObjectKey endpoints)
    {
        if (objects.Store.Find(endpoints) is { IsBeingDeleted: false } left)
            objects.Delete(endpoints, new(Uid: left.View.Uid));
    }

    private void Write(StoredObject service, ObjectKey key, LabelSelector selector)
    {
        var pods = objects.Store.List(Kinds.Pod, key.Namespace).Items.Where(selector.Matches);
        var subsets = EndpointSubsets.Of(service.View, pods.Select(pod => pod.View));
        if (objects.Store.Find(key) is null)
        {
            var made = Kinds.Endpoints.New(key.Name);
            Fill(made, service, subsets);
            objects.Create(Kinds.Endpoints, key.Namespace, made);
        }
        else
        {
            objects.Update(key, known => Fill(known, service, subsets));
        }
    }

    private static void Fill(JsonObject endpoints, StoredObject service, JsonArray subsets)
    {
        var labels = JsonFields.Of(service.View.Labels);
        if (service.View.Text("spec", "clusterIP") is "None" or "")
            labels[HeadlessLabel] = "";
        else
            labels.Remove(HeadlessLabel);
        if (labels.Count > 0)
            endpoints.Metadata()["labels"] = labels;
        else
            endpoints.Metadata().Remove("labels");
        if (subsets.Count > 0)
            endpoints["subsets"] = subsets.DeepClone();
        else
            endpoints.Remove("subsets");
    }
}
