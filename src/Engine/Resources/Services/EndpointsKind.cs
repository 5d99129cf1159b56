using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class EndpointsKind
{
    private const int ShownAddresses = 3;

    public static ServedKind Kind { get; } = new(Kinds.Endpoints)
    {
        Default = Default,
        Validate = Validate,
        Controller = objects => new EndpointsController(objects),
        Table = new([TableColumn.ObjectName, new("Endpoints"), TableColumn.Age], (item, now) => [item.Name, Addresses(item), Ages.Of(item, now)]),
    };

    private static void Default(JsonObject value)
    {
        foreach (var port in value.Each("subsets").SelectMany(subset => subset.Each("ports")))
            port.Default("protocol", "TCP");
    }

    private static void Validate(JsonObject value, Faults faults)
    {
        foreach (var (subset, at) in value.Indexed("subsets", Place.Root))
        {
            if (subset.List("addresses") is not { Count: > 0 } && subset.List("notReadyAddresses") is not { Count: > 0 })
                faults.Required(at, "must specify `addresses` or `notReadyAddresses`");
            foreach (var list in (ReadOnlySpan<string>)["addresses", "notReadyAddresses"])
                foreach (var (address, below) in subset.Indexed(list, at))
                    if (faults.Address(address.Text("ip"), below.Field("ip")) is { } ip)
                        Reachable(ip, below.Field("ip"), faults);
            var several = subset.List("ports") is { Count: > 1 };
            foreach (var (port, below) in subset.Indexed("ports", at))
            {
                faults.Name(port, "name", below, Names.Label, required: several);
                faults.PortNumber(port, "port", below);
            }
        }
    }

    /// <summary>What an address may not be that pods shall reach.</summary>
    public static void Reachable(IPAddress ip, Place place, Faults faults)
    {
        if (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            faults.Invalid(place, ip.ToString(), $"may not be unspecified ({ip})");
        else if (IPAddress.IsLoopback(ip))
            faults.Invalid(place, ip.ToString(), "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        else if (ip.GetAddressBytes() is [169, 254, ..])
            faults.Invalid(place, ip.ToString(), "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }

    private static string Addresses(KubernetesObject endpoints)
    {
        var all = new List<string>();
        foreach (var subset in endpoints.Items("subsets"))
        {
            var addresses = subset.Each("addresses").Select(address => address.Text("ip"));
            var ports = subset.Each("ports").Select(port => port.Text("port")).ToList();
            all.AddRange(addresses.SelectMany(address => ports.Count == 0 ? [address] : ports.Select(port => $"{address}:{port}")));
        }
        var text = string.Join(",", all.Take(ShownAddresses));
        return all.Count > ShownAddresses ? $"{text} + {all.Count - ShownAddresses} more..." : CellText.OrNone(text);
    }
}
