using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Tables;

/// <summary>Services and their endpoints.</summary>
internal static class ServiceTables
{
    private const int ShownEndpoints = 3;

    public static TableLayout Services { get; } = new(
        [TableColumn.ObjectName, new("Type"), new("Cluster-IP"), new("External-IP"), new("Port(s)"), TableColumn.Age, TableColumn.Wide("Selector")],
        (item, now) =>
        [
            item.Name, item.Text("spec", "type"), CellText.OrNone(item.Text("spec", "clusterIP")), External(item), Ports(item), Ages.Of(item, now),
            CellText.Labels(item.At("spec", "selector")),
        ]);

    public static TableLayout EndpointAddresses { get; } = new([TableColumn.ObjectName, new("Endpoints"), TableColumn.Age],
        (item, now) => [item.Name, Addresses(item), Ages.Of(item, now)]);

    private static string External(KubernetesObject service)
    {
        var external = (service.At("spec", "externalIPs") as JsonArray ?? []).Select(address => address?.ToString()).ToList();
        return service.Text("spec", "type") switch
        {
            "ExternalName" => service.Text("spec", "externalName"),
            "LoadBalancer" => external.Count > 0 ? string.Join(",", external) : "<pending>",
            _ => CellText.OrNone(string.Join(",", external)),
        };
    }

    private static string Ports(KubernetesObject service)
    {
        var ports = service.Items("spec", "ports").Select(port =>
            (KubernetesObject.Number(port["nodePort"]) is > 0 and var node ? $"{port["port"]}:{node}" : $"{port["port"]}") + $"/{port["protocol"] ?? "TCP"}");
        return CellText.OrNone(string.Join(",", ports));
    }

    private static string Addresses(KubernetesObject endpoints)
    {
        var all = new List<string>();
        foreach (var subset in endpoints.Items("subsets"))
        {
            var addresses = (subset["addresses"] as JsonArray ?? []).OfType<JsonObject>().Select(address => address["ip"]?.ToString() ?? "");
            var ports = (subset["ports"] as JsonArray ?? []).OfType<JsonObject>().Select(port => port["port"]?.ToString()).ToList();
            all.AddRange(addresses.SelectMany(address => ports.Count == 0 ? [address] : ports.Select(port => $"{address}:{port}")));
        }
        var text = string.Join(",", all.Take(ShownEndpoints));
        return all.Count > ShownEndpoints ? $"{text} + {all.Count - ShownEndpoints} more..." : CellText.OrNone(text);
    }
}
