using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Hosting;

/// <summary>
/// The Service by which pods reach the engine's registry: registry.kontrakt-system.svc, without TLS; and the ConfigMap that says so to whoever builds in
/// pods (KEP-1755, "communicating a local registry").
/// </summary>
internal static class RegistryService
{
    public const string Host = $"{Name}.{Namespace}.svc";
    private const string Namespace = "kontrakt-system";
    private const string Name = "registry";

    /// <param name="target">Where the registry listens on the node.</param>
    /// <param name="host">host:port of the registry, as this machine names it.</param>
    public static void Create(ClusterObjects objects, IPEndPoint target, string host)
    {
        objects.Create(Kinds.ConfigMap, "kube-public", With(Kinds.ConfigMap.New("local-registry-hosting"), "data", new JsonObject
        {
            ["localRegistryHosting.v1"] = string.Create(CultureInfo.InvariantCulture, $"host: \"{host}\"\nhostFromContainerRuntime: \"{host}\"\nhostFromClusterNetwork: \"{Host}:{target.Port}\"\n"),
        }));
        objects.Create(Kinds.Service, Namespace, With(Kinds.Service.New(Name), "spec", new JsonObject
        {
            ["ports"] = new JsonArray(new JsonObject { ["port"] = target.Port, ["targetPort"] = target.Port, ["protocol"] = "TCP" }),
        }));
        objects.Create(Kinds.Endpoints, Namespace, With(Kinds.Endpoints.New(Name), "subsets", new JsonArray(new JsonObject
        {
            ["addresses"] = new JsonArray(new JsonObject { ["ip"] = target.Address.ToString() }),
            ["ports"] = new JsonArray(new JsonObject { ["port"] = target.Port, ["protocol"] = "TCP" }),
        })));
    }

    private static JsonObject With(JsonObject item, string field, JsonNode content)
    {
        item[field] = content;
        return item;
    }
}
