using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>What every cluster has from the beginning: its namespaces, and the Service by which pods find the API.</summary>
internal static class FirstObjects
{
    public const string EngineNamespace = "kontrakt-system";
    private static readonly string[] Namespaces = ["default", "kube-public", "kube-system", EngineNamespace];

    public static void Ensure(ClusterObjects objects, IPEndPoint api)
    {
        Ensure(objects, Kinds.StorageClass, "", StorageClassKind.Standard);
        foreach (var priority in PriorityClassKind.OfTheSystem)
            Ensure(objects, Kinds.PriorityClass, "", priority);
        foreach (var name in Namespaces)
            Ensure(objects, Kinds.Namespace, "", Kinds.Namespace.New(name));
        var service = Kinds.Service.New("kubernetes");
        service.Metadata()["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = "kubernetes" };
        service["spec"] = ServiceSpec(api.Port);
        Ensure(objects, Kinds.Service, "default", service);
        var endpoints = Kinds.Endpoints.New("kubernetes");
        endpoints.Metadata()["labels"] = new JsonObject { ["endpointslice.kubernetes.io/skip-mirror"] = "true" };
        endpoints["subsets"] = Subsets(api);
        Ensure(objects, Kinds.Endpoints, "default", endpoints);
        var slice = Kinds.EndpointSlice.New("kubernetes");
        slice.Metadata()["labels"] = new JsonObject { [SliceOwner.ServiceName] = "kubernetes" };
        slice["addressType"] = "IPv4";
        slice["endpoints"] = new JsonArray(new JsonObject { ["addresses"] = new JsonArray(api.Address.ToString()), ["conditions"] = new JsonObject { ["ready"] = true } });
        slice["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = api.Port, ["protocol"] = "TCP" });
        Ensure(objects, Kinds.EndpointSlice, "default", slice);
    }

    private static void Ensure(ClusterObjects objects, ResourceKind kind, string inNamespace, JsonObject item)
    {
        if (objects.Store.Find(new(kind, inNamespace, item.Metadata().Text("name"))) is null)
            objects.Create(kind, inNamespace, item);
    }

    private static JsonObject ServiceSpec(int targetPort) => new()
    {
        ["type"] = "ClusterIP",
        ["clusterIP"] = ClusterAddresses.Kubernetes.ToString(),
        ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = 443, ["protocol"] = "TCP", ["targetPort"] = targetPort }),
    };

    private static JsonArray Subsets(IPEndPoint api) =>
    [
        new JsonObject
        {
            ["addresses"] = new JsonArray(new JsonObject { ["ip"] = api.Address.ToString() }),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = api.Port, ["protocol"] = "TCP" }),
        },
    ];
}
