using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>The addresses behind a Service, those with the same ports together.</summary>
internal static class EndpointSubsets
{
    private sealed record Backend(JsonObject Address, bool Ready, JsonArray Ports);

    public static JsonArray Of(KubernetesObject service, IEnumerable<KubernetesObject> pods)
    {
        var backends = pods.Select(pod => Find(service, pod)).OfType<Backend>()
            .OrderBy(backend => Order(backend.Address.Text("ip"))).ToList();
        return [.. backends.GroupBy(backend => backend.Ports.ToJsonString()).OrderBy(group => group.Key, StringComparer.Ordinal).Select(Subset)];
    }

    private static JsonObject Subset(IEnumerable<Backend> backends)
    {
        var subset = new JsonObject();
        foreach (var (field, ready) in (ReadOnlySpan<(string, bool)>)[("addresses", true), ("notReadyAddresses", false)])
        {
            var addresses = backends.Where(backend => backend.Ready == ready).Select(backend => (JsonNode)backend.Address).ToArray();
            if (addresses.Length > 0)
                subset[field] = new JsonArray(addresses);
        }
        if (backends.First().Ports is { Count: > 0 } ports)
            subset["ports"] = ports;
        return subset;
    }

    private static Backend? Find(KubernetesObject service, KubernetesObject pod)
    {
        var evenUnready = service.Text("spec", "publishNotReadyAddresses") == "true";
        if (pod.Text("status", "podIP").Length == 0 || PodState.HasEnded(pod) || (PodState.IsBeingDeleted(pod) && !evenUnready))
            return null;
        var ports = Ports(service, pod);
        var portless = !service.Items("spec", "ports").Any() && service.Text("spec", "clusterIP") == "None";
        return ports.Count > 0 || portless ? new(Address(service, pod), evenUnready || PodState.IsReady(pod), ports) : null;
    }

    private static JsonObject Address(KubernetesObject service, KubernetesObject pod)
    {
        var address = new JsonObject { ["ip"] = pod.Text("status", "podIP") };
        if (pod.Text("spec", "hostname") is { Length: > 0 } hostname && pod.Text("spec", "subdomain") == service.Name)
            address["hostname"] = hostname;
        if (pod.Text("spec", "nodeName") is { Length: > 0 } node)
            address["nodeName"] = node;
        address["targetRef"] = new JsonObject { ["kind"] = "Pod", ["namespace"] = pod.Namespace, ["name"] = pod.Name, ["uid"] = pod.Uid };
        return address;
    }

    private static JsonArray Ports(KubernetesObject service, KubernetesObject pod)
    {
        var ports = new JsonArray();
        foreach (var port in service.Items("spec", "ports"))
        {
            if (Target(port, pod) is not { } number)
                continue;
            var made = new JsonObject();
            if (port.Text("name") is { Length: > 0 } name)
                made["name"] = name;
            made["port"] = number;
            made["protocol"] = Protocol(port);
            if (port.Text("appProtocol") is { Length: > 0 } application)
                made["appProtocol"] = application;
            ports.Add(made);
        }
        return ports;
    }

    /// <summary>A number means itself; a name, the container port of that name. Null when this pod has none.</summary>
    private static long? Target(JsonObject port, KubernetesObject pod)
    {
        var target = port.Text("targetPort");
        if (target is "" or "0")
            return KubernetesObject.Number(port["port"]);
        if (long.TryParse(target, System.Globalization.CultureInfo.InvariantCulture, out var number))
            return number;
        // A sidecar that runs beside the containers can be one that serves.
        var sidecars = pod.Items("spec", "initContainers").Where(container => container.Text("restartPolicy") == "Always");
        var named = pod.Items("spec", "containers").Concat(sidecars).SelectMany(container => container.Each("ports"))
            .FirstOrDefault(each => each.Text("name") == target && Protocol(each) == Protocol(port));
        return named is null ? null : KubernetesObject.Number(named["containerPort"]);
    }

    private static string Protocol(JsonObject port) => port.Text("protocol") is { Length: > 0 } protocol ? protocol : "TCP";

    private static string Order(string address) =>
        IPAddress.TryParse(address, out var parsed) ? Convert.ToHexString(parsed.GetAddressBytes()) : address;
}
