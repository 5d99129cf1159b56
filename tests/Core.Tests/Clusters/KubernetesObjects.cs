using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Tests.Clusters;

internal static class KubernetesObjects
{
    public static KubernetesObject Pod(string name, string image, string? account = null)
    {
        var spec = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = image }) };
        if (account is not null)
            spec["serviceAccountName"] = account;
        return new(new() { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec });
    }

    public static KubernetesObject ConfigMap(string name, params string[] finalizers) => new(new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name, ["finalizers"] = new JsonArray([.. finalizers.Select(each => (JsonNode)each)]) },
    });
}
