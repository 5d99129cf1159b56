using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Network.Dns;

/// <summary>The records of Services and their endpoints, as the store has them at the moment of the question.</summary>
internal sealed class ServiceNames(ObjectStore store)
{
    /// <returns>null for none by that name.</returns>
    internal IReadOnlyList<DnsRecord>? OfService(string space, string name, DnsType type)
    {
        if (store.Find(new(Kinds.Service, space, name))?.View is not { } service)
            return null;
        if (service.Text("spec", "type") == "ExternalName")
            return [new DnsRecord.Pointer(null, DnsType.CName, DnsName.Parse(service.Text("spec", "externalName")))];
        if (type == DnsType.Srv)
            return OfPort(space, name, null, null);
        if (service.Text("spec", "clusterIP") != "None")
            return IPAddress.TryParse(service.Text("spec", "clusterIP"), out var address) ? [new DnsRecord.Address(null, address)] : [];
        return Addresses(space, name, _ => true);
    }

    /// <summary>One endpoint, by its host name, or by its address with dashes where it has none.</summary>
    internal IReadOnlyList<DnsRecord>? OfEndpoint(string space, string service, string host) =>
        store.Find(new(Kinds.Service, space, service)) is null ? null : Addresses(space, service, endpoint => endpoint.Host == host);

    /// <param name="port">null for all.</param>
    internal IReadOnlyList<DnsRecord>? OfPort(string space, string name, string? port, string? protocol)
    {
        if (store.Find(new(Kinds.Service, space, name))?.View is not { } service || service.Text("spec", "type") == "ExternalName")
            return null;
        var targets = service.Text("spec", "clusterIP") == "None"
            ? Endpoints(space, name).Select(endpoint => (Target: $"{endpoint.Host}.{name}.{space}.svc.cluster.local", endpoint.PortName, endpoint.Protocol, endpoint.Port))
            : service.Items("spec", "ports").Select(item => (Target: $"{name}.{space}.svc.cluster.local", PortName: Text(item, "name"), Protocol: Protocol(item), Port: Port(item)));
        var matching = targets.Where(target => port is null || target.PortName == port && target.Protocol == protocol).Where(target => target.Port > 0).ToArray();
        var weight = (ushort)Math.Max(1, 100 / Math.Max(1, matching.Length));
        return matching.Length == 0 ? null : [.. matching.Select(target => new DnsRecord.Service(null, weight, target.Port, DnsName.Parse(target.Target)))];
    }

    /// <summary>The names that an address has, by the name of its own in in-addr.arpa.</summary>
    internal IReadOnlyList<DnsRecord>? PointersTo(string[] reversed)
    {
        if (reversed.Length != 4 || !IPAddress.TryParse(string.Join('.', reversed.Reverse()), out var address))
            return null;
        var text = address.ToString();
        string[] names = ClusterAddresses.Services.Contains(address)
            ? [.. store.List(Kinds.Service).Items.Where(service => service.View.Text("spec", "clusterIP") == text).Select(service => $"{service.Key.Name}.{service.Key.Namespace}.svc.cluster.local")]
            : [.. from item in store.List(Kinds.Endpoints).Items
                  from endpoint in Endpoints(item.View)
                  where endpoint.Address.Equals(address)
                  select $"{endpoint.Host}.{item.Key.Name}.{item.Key.Namespace}.svc.cluster.local"];
        return names.Length == 0 ? null : [.. names.Distinct().Select(name => new DnsRecord.Pointer(null, DnsType.Ptr, DnsName.Parse(name)))];
    }

    private IReadOnlyList<DnsRecord>? Addresses(string space, string service, Func<Endpoint, bool> which)
    {
        IPAddress[] found = [.. Endpoints(space, service).Where(which).Select(endpoint => endpoint.Address).Distinct()];
        return found.Length == 0 ? null : [.. found.Select(address => new DnsRecord.Address(null, address))];
    }

    private IEnumerable<Endpoint> Endpoints(string space, string service) =>
        store.Find(new(Kinds.Endpoints, space, service)) is { } endpoints ? Endpoints(endpoints.View) : [];

    /// <summary>Each ready address with each port; an address without a port with the port 0.</summary>
    private static IEnumerable<Endpoint> Endpoints(KubernetesObject endpoints) =>
        from subset in endpoints.Items("subsets")
        let view = new KubernetesObject(subset)
        from place in view.Items("addresses")
        let address = IPAddress.TryParse(Text(place, "ip"), out var parsed) ? parsed : null
        where address is { AddressFamily: AddressFamily.InterNetwork }
        let host = Text(place, "hostname") is { Length: > 0 } named ? named : address.ToString().Replace('.', '-')
        from port in view.Items("ports").Select(port => (Name: Text(port, "name"), Protocol: Protocol(port), Number: Port(port))).DefaultIfEmpty((Name: "", Protocol: "tcp", Number: (ushort)0))
        select new Endpoint(address, host, port.Name, port.Protocol, port.Number);

    private static string Text(JsonObject node, string field) => new KubernetesObject(node).Text(field);

    private static string Protocol(JsonObject port) => Text(port, "protocol") is { Length: > 0 } named ? named.ToLower(CultureInfo.InvariantCulture) : "tcp";

    private static ushort Port(JsonObject port) => ushort.TryParse(Text(port, "port"), CultureInfo.InvariantCulture, out var number) ? number : (ushort)0;

    private sealed record Endpoint(IPAddress Address, string Host, string PortName, string Protocol, ushort Port);
}
