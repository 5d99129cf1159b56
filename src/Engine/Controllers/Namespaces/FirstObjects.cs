using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Controllers;

/// <summary>What every cluster has from the beginning: its namespaces, and the Service by which pods find the API.</summary>
internal static class FirstObjects
{
    public const string EngineNamespace = "kontrakt-system";
    private static readonly string[] Namespaces = ["default", "kube-public", "kube-system", EngineNamespace];

    public static void Ensure(ClusterObjects objects, IPEndPoint api)
    {
        foreach (var name in Namespaces)
            Ensure(objects, new(Kinds.Namespace, "", name), "v1", []);
        var labels = new JsonObject { ["component"] = "apiserver", ["provider"] = "kubernetes" };
        var service = Ensure(objects, new(Kinds.Service, "default", "kubernetes"), "v1", new() { ["spec"] = ServiceSpec(api.Port) }, labels);
        Ensure(objects, new(Kinds.Endpoints, "default", service.Key.Name), "v1", new() { ["subsets"] = Subsets(api) },
            new() { ["endpointslice.kubernetes.io/skip-mirror"] = "true" });
    }

    private static StoredObject Ensure(ClusterObjects objects, ObjectKey key, string version, JsonObject content, JsonObject? labels = null)
    {
        if (objects.Store.Find(key) is { } found)
            return found;
        var item = new JsonObject { ["apiVersion"] = version, ["kind"] = key.Kind.Kind, ["metadata"] = new JsonObject { ["name"] = key.Name } };
        if (labels is not null)
            item.Metadata()["labels"] = labels;
        foreach (var (name, value) in content)
            item[name] = value?.DeepClone();
        return objects.Create(key.Kind, key.Namespace, item);
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
