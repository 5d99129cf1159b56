using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>The variables that name services ("Accessing the Service": the way that is older than DNS).</summary>
internal static class ServiceVariables
{
    /// <summary>Those of the API server always; those of the pod's namespace unless enableServiceLinks is false.</summary>
    public static IReadOnlyDictionary<string, string> For(PodDefinition pod, ObjectStore store)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        if (store.Find(new(Kinds.Service, "default", "kubernetes")) is { } api)
            Add(variables, api.View);
        if (pod.View.Text("spec", "enableServiceLinks") != "false")
        {
            foreach (var service in store.List(Kinds.Service, pod.Namespace).Items)
                Add(variables, service.View);
        }
        return variables;
    }

    private static void Add(Dictionary<string, string> variables, KubernetesObject service)
    {
        var address = service.Text("spec", "clusterIP");
        var ports = service.Items("spec", "ports").ToList();
        if (address is "" or "None" || ports.Count == 0)
            return;
        var prefix = Name(service.Name);
        variables[$"{prefix}_SERVICE_HOST"] = address;
        variables[$"{prefix}_SERVICE_PORT"] = Text(ports[0]["port"]);
        variables[$"{prefix}_PORT"] = Url(address, ports[0]);
        foreach (var port in ports)
        {
            if (Text(port["name"]) is { Length: > 0 } name)
                variables[$"{prefix}_SERVICE_PORT_{Name(name)}"] = Text(port["port"]);
            var link = $"{prefix}_PORT_{Text(port["port"])}_{Protocol(port).ToUpperInvariant()}";
            variables[link] = Url(address, port);
            variables[$"{link}_PROTO"] = Protocol(port);
            variables[$"{link}_PORT"] = Text(port["port"]);
            variables[$"{link}_ADDR"] = address;
        }
    }

    private static string Url(string address, System.Text.Json.Nodes.JsonObject port) => $"{Protocol(port)}://{address}:{Text(port["port"])}";

    private static string Protocol(System.Text.Json.Nodes.JsonObject port) => Text(port["protocol"]) is { Length: > 0 } protocol ? protocol.ToLowerInvariant() : "tcp";

    private static string Name(string text) => text.ToUpperInvariant().Replace('-', '_');

    private static string Text(System.Text.Json.Nodes.JsonNode? node) => node?.ToString() ?? "";
}
