using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// Keeps the slices of each Service: of one with a selector, its pods (the endpointslice controller); of one without, what somebody wrote into
/// its Endpoints (the endpointslicemirroring controller).
/// </summary>
internal sealed class EndpointSliceController(ClusterObjects objects) : IReconciler
{
    private const string SkipMirror = "endpointslice.kubernetes.io/skip-mirror";
    private const string LeaderElection = "control-plane.alpha.kubernetes.io/leader";
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    public string Name => "endpointslice-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change)
    {
        var key = change.Object.Key;
        if (key.Kind == Kinds.Service || key.Kind == Kinds.Endpoints)
            return [key with { Kind = Kinds.Service }];
        if (key.Kind == Kinds.Pod)
            return ServicePods.ServicesOf(objects.Store, change);
        // Slices that somebody else wrote are put right where they are this controller's.
        return key.Kind == Kinds.EndpointSlice && change.Type != ChangeType.Added && SliceOwner.IsManaged(change.Object.View)
            ? [new(Kinds.Service, key.Namespace, SliceOwner.ServiceOf(change.Object.View))]
            : [];
    }

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        var service = objects.Store.Find(key) is { IsBeingDeleted: false } found ? found : null;
        var selector = service?.View.At("spec", "selector") as JsonObject;
        var (pods, mirrored) = (new SliceSet(objects, key, SliceOwner.Controller), new SliceSet(objects, key, SliceOwner.Mirroring));
        if (service is not null && selector is { Count: > 0 } && service.View.Text("spec", "type") != "ExternalName")
            pods.Write(service, service.View.Labels, Groups(service, selector), keepEmpty: true);
        else
            pods.Remove();
        if (service is not null && selector is not { Count: > 0 } && Mirrored(key) is { } endpoints)
            mirrored.Write(endpoints, endpoints.View.Labels, Groups(endpoints), keepEmpty: false);
        else
            mirrored.Remove();
        return null;
    }

    private StoredObject? Mirrored(ObjectKey service) =>
        objects.Store.Find(service with { Kind = Kinds.Endpoints }) is { IsBeingDeleted: false } endpoints
        && endpoints.View.Labels.GetValueOrDefault(SkipMirror) != "true" && !endpoints.View.Annotations.ContainsKey(LeaderElection) ? endpoints : null;

    private List<SliceGroup> Groups(StoredObject service, JsonObject selector)
    {
        var matching = LabelSelector.FromMap(selector);
        var pods = objects.Store.List(Kinds.Pod, service.Key.Namespace).Items.Where(matching.Matches).Select(pod => pod.View);
        var evenUnready = service.View.Text("spec", "publishNotReadyAddresses") == "true";
        return [.. ServiceBackend.Of(service.View, pods).GroupBy(backend => backend.Ports.ToJsonString(), StringComparer.Ordinal)
            .Select(group => new SliceGroup(SliceGroup.IPv4, Ports(group.First().Ports), [.. group.Select(backend => Endpoint(service.View, backend, evenUnready))], new Dictionary<string, string>()))];
    }

    private static JsonObject Endpoint(KubernetesObject service, ServiceBackend backend, bool evenUnready)
    {
        var endpoint = new JsonObject
        {
            ["addresses"] = new JsonArray(backend.Address),
            ["conditions"] = new JsonObject
            {
                ["ready"] = evenUnready || (backend.IsServing && !backend.IsTerminating),
                ["serving"] = backend.IsServing,
                ["terminating"] = backend.IsTerminating,
            },
        };
        if (backend.HostIn(service) is { Length: > 0 } host)
            endpoint["hostname"] = host;
        if (backend.Pod.Text("spec", "nodeName") is { Length: > 0 } node)
            endpoint["nodeName"] = node;
        endpoint["targetRef"] = backend.Reference;
        return endpoint;
    }

    private static List<SliceGroup> Groups(StoredObject endpoints)
    {
        var annotations = endpoints.View.Annotations.Where(pair => pair.Key != LastApplied).ToDictionary();
        return
        [
            .. from subset in endpoints.View.Items("subsets")
               let ports = Ports(subset.List("ports") ?? [])
               from endpoint in Mirrored(subset, "addresses", true).Concat(Mirrored(subset, "notReadyAddresses", false))
               group (endpoint, ports) by (Ports: ports.ToJsonString(), Type: AddressType(endpoint)) into same
               select new SliceGroup(same.Key.Type, same.First().ports, [.. same.Select(each => each.endpoint)], annotations),
        ];
    }

    private static string AddressType(JsonObject endpoint) =>
        IPAddress.TryParse(endpoint.List("addresses")?[0]?.ToString(), out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? SliceGroup.IPv6 : SliceGroup.IPv4;

    private static IEnumerable<JsonObject> Mirrored(JsonObject subset, string list, bool ready)
    {
        foreach (var address in subset.Each(list))
        {
            var endpoint = new JsonObject { ["addresses"] = new JsonArray(address.Text("ip")), ["conditions"] = new JsonObject { ["ready"] = ready } };
            foreach (var field in (ReadOnlySpan<string>)["hostname", "nodeName", "targetRef"])
                if (address[field] is { } value)
                    endpoint[field] = value.DeepClone();
            yield return endpoint;
        }
    }

    /// <summary>Where a port of Endpoints has no name, that of a slice has an empty one.</summary>
    private static JsonArray Ports(JsonArray ports) => [.. ports.OfType<JsonObject>().Select(port =>
    {
        var made = port.DeepClone().AsObject();
        made["name"] = port.Text("name");
        made.Default("protocol", "TCP");
        return made;
    })];
}
