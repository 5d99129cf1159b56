using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>The addresses behind a Service, those with the same ports together.</summary>
internal static class EndpointSubsets
{
    public static JsonArray Of(KubernetesObject service, IEnumerable<KubernetesObject> pods)
    {
        var evenUnready = service.Text("spec", "publishNotReadyAddresses") == "true";
        var backends = ServiceBackend.Of(service, pods).Where(backend => evenUnready || !backend.IsTerminating);
        return [.. backends.GroupBy(backend => backend.Ports.ToJsonString()).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Subset(service, group, evenUnready))];
    }

    private static JsonObject Subset(KubernetesObject service, IEnumerable<ServiceBackend> backends, bool evenUnready)
    {
        var subset = new JsonObject();
        foreach (var (field, ready) in (ReadOnlySpan<(string, bool)>)[("addresses", true), ("notReadyAddresses", false)])
        {
            var addresses = backends.Where(backend => (evenUnready || backend.IsServing) == ready).Select(backend => (JsonNode)Address(service, backend)).ToArray();
            if (addresses.Length > 0)
                subset[field] = new JsonArray(addresses);
        }
        if (backends.First().Ports is { Count: > 0 } ports)
            subset["ports"] = ports;
        return subset;
    }

    private static JsonObject Address(KubernetesObject service, ServiceBackend backend)
    {
        var address = new JsonObject { ["ip"] = backend.Address };
        if (backend.HostIn(service) is { Length: > 0 } hostname)
            address["hostname"] = hostname;
        if (backend.Pod.Text("spec", "nodeName") is { Length: > 0 } node)
            address["nodeName"] = node;
        address["targetRef"] = backend.Reference;
        return address;
    }
}
