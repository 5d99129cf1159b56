using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Endpoints with the same ports, and with addresses of one type.</summary>
internal sealed record SliceGroup(string AddressType, JsonArray Ports, IReadOnlyList<JsonObject> Endpoints, IReadOnlyDictionary<string, string> Annotations)
{
    public const string IPv4 = "IPv4";
    public const string IPv6 = "IPv6";
}

/// <summary>
/// The slices of one Service that one controller keeps. An endpoint stays in the slice that it is in, so that a change of one pod is a change of
/// one slice; there are no more slices than endpoints need.
/// </summary>
internal sealed class SliceSet(ClusterObjects objects, ObjectKey service, string managedBy)
{
    private const int Most = 100;
    private const string Headless = "service.kubernetes.io/headless";

    private List<StoredObject> Existing =>
    [
        .. objects.Store.List(Kinds.EndpointSlice, service.Namespace).Items.Where(slice => !slice.IsBeingDeleted
            && SliceOwner.ServiceOf(slice.View) == service.Name && slice.View.Labels.GetValueOrDefault(SliceOwner.ManagedBy) == managedBy),
    ];

    public void Remove()
    {
        foreach (var slice in Existing)
            objects.TryDelete(slice);
    }

    /// <param name="owner">Whose slices they are, and with whom they go.</param>
    /// <param name="keepEmpty">One without endpoints shows that there are none.</param>
    public void Write(StoredObject owner, IReadOnlyDictionary<string, string> labels, IReadOnlyList<SliceGroup> groups, bool keepEmpty)
    {
        var left = Existing;
        foreach (var group in groups)
        {
            var ports = group.Ports.ToJsonString();
            var same = left.Where(slice => slice.View.Text("addressType") == group.AddressType && (slice.View.Json.List("ports") ?? []).ToJsonString() == ports).ToList();
            left.RemoveAll(same.Contains);
            Write(owner, labels, group, same);
        }
        if (groups.Count == 0 && keepEmpty)
        {
            var placeholder = left.FirstOrDefault();
            left.Remove(placeholder ?? owner);
            Put(owner, labels, new(SliceGroup.IPv4, [], [], new Dictionary<string, string>()), placeholder, []);
        }
        foreach (var slice in left)
            objects.TryDelete(slice);
    }

    private void Write(StoredObject owner, IReadOnlyDictionary<string, string> labels, SliceGroup group, List<StoredObject> slices)
    {
        var waiting = group.Endpoints.DistinctBy(Identity).ToDictionary(Identity);
        var filled = new List<(StoredObject? Slice, List<JsonObject> Endpoints)>();
        foreach (var slice in slices)
            filled.Add((slice, [.. slice.View.Items("endpoints").Select(known => waiting.Remove(Identity(known), out var endpoint) ? endpoint : null).OfType<JsonObject>()]));
        foreach (var endpoint in waiting.Values)
        {
            // The fullest one that has room.
            var place = filled.Where(each => each.Endpoints.Count is > 0 and < Most).OrderByDescending(each => each.Endpoints.Count).FirstOrDefault();
            if (place.Endpoints is null)
                place = filled.FirstOrDefault(each => each.Endpoints.Count == 0);
            if (place.Endpoints is null)
                filled.Add(place = (null, []));
            place.Endpoints.Add(endpoint);
        }
        foreach (var (slice, endpoints) in filled)
            if (endpoints.Count > 0)
                Put(owner, labels, group, slice, endpoints);
            else if (slice is not null)
                objects.TryDelete(slice);
    }

    private void Put(StoredObject owner, IReadOnlyDictionary<string, string> labels, SliceGroup group, StoredObject? slice, List<JsonObject> endpoints)
    {
        void Fill(JsonObject item)
        {
            var metadata = item.Metadata();
            metadata["labels"] = Labels(owner, labels);
            if (group.Annotations.Count > 0)
                metadata["annotations"] = JsonFields.Of(group.Annotations);
            else
                metadata.Remove("annotations");
            item["endpoints"] = new JsonArray([.. endpoints.Select(endpoint => endpoint.DeepClone())]);
            item["ports"] = group.Ports.DeepClone();
        }

        if (slice is not null)
        {
            objects.TryUpdate(slice, Fill);
            return;
        }
        var made = Kinds.EndpointSlice.New(ObjectNames.Generate(service.Name + "-"));
        made["addressType"] = group.AddressType;
        made.Metadata()["generateName"] = service.Name + "-";
        made.Metadata()["ownerReferences"] = new JsonArray(OwnerReferences.ToController(owner));
        Fill(made);
        objects.Create(Kinds.EndpointSlice, service.Namespace, made);
    }

    private JsonObject Labels(StoredObject owner, IReadOnlyDictionary<string, string> given)
    {
        var labels = JsonFields.Of(given);
        labels[SliceOwner.ServiceName] = service.Name;
        labels[SliceOwner.ManagedBy] = managedBy;
        if (owner.Key.Kind == Kinds.Service && owner.View.Text("spec", "clusterIP") == "None")
            labels[Headless] = "";
        else if (owner.Key.Kind == Kinds.Service)
            labels.Remove(Headless);
        return labels;
    }

    private static string Identity(JsonObject endpoint) => $"{endpoint.Map("targetRef").Text("uid")} {endpoint.List("addresses")?.FirstOrDefault()}";
}
