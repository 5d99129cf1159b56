using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class EndpointSliceKind
{
    private const int MostEndpoints = 1000;
    private const int MostAddresses = 100;
    private const int Shown = 3;

    public static ServedKind Kind { get; } = new(Kinds.EndpointSlice)
    {
        Default = Default,
        Validate = Validate,
        ValidateUpdate = (before, after, faults) => faults.Fixed(before, after, "addressType"),
        Controller = objects => new EndpointSliceController(objects),
        Table = new([TableColumn.ObjectName, new("AddressType"), new("Ports"), new("Endpoints"), TableColumn.Age],
            (item, now) => [item.Name, item.Text("addressType"), Ports(item), Addresses(item), Ages.Of(item, now)]),
    };

    private static void Default(JsonObject value)
    {
        foreach (var port in value.Each("ports"))
        {
            if (!port.Has("name"))
                port["name"] = "";
            port.Default("protocol", "TCP");
        }
    }

    private static void Validate(JsonObject value, Faults faults)
    {
        if (value.Text("addressType").Length == 0)
            faults.Required(Place.Of("addressType"));
        if (value.List("endpoints") is { Count: > MostEndpoints and var count })
            faults.TooMany(Place.Of("endpoints"), count, MostEndpoints);
        foreach (var (endpoint, at) in value.Indexed("endpoints", Place.Root))
            ValidateEndpoint(endpoint, value.Text("addressType"), at, faults);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (port, at) in value.Indexed("ports", Place.Root))
        {
            if (!names.Add(port.Text("name")))
                faults.Duplicate(at.Field("name"), port.Text("name"));
            else if (port.Text("name") is { Length: > 0 } name && Names.Label(name) is { } wrong)
                faults.Invalid(at.Field("name"), name, wrong);
            faults.PortNumber(port, "port", at);
            faults.Name(port, "appProtocol", at, Names.Qualified, required: false);
        }
    }

    private static void ValidateEndpoint(JsonObject endpoint, string type, Place at, Faults faults)
    {
        if (endpoint.List("addresses") is not { Count: > 0 } addresses)
            faults.Required(at.Field("addresses"), "must contain at least 1 address");
        else if (addresses.Count > MostAddresses)
            faults.TooMany(at.Field("addresses"), addresses.Count, MostAddresses);
        var index = 0;
        foreach (var address in endpoint.List("addresses") ?? [])
        {
            var (text, place) = (address?.ToString() ?? "", at.Field("addresses").At(index++));
            if ((type == "FQDN" ? Names.Subdomain(text) : WrongAddress(text, type)) is { } wrong)
                faults.Invalid(place, text, wrong);
            else if (IPAddress.TryParse(text, out var ip))
                EndpointsKind.Reachable(ip, place, faults);
        }
        if (endpoint.Has("hostname"))
            faults.Name(endpoint, "hostname", at, Names.Label);
        if (endpoint.Has("nodeName"))
            faults.Name(endpoint, "nodeName", at, Names.Subdomain);
    }

    private static string? WrongAddress(string text, string type) =>
        IPAddress.TryParse(text, out var address) && (type == "IPv6" ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork) == address.AddressFamily ? null : $"must be an {type} address";

    private static string Ports(KubernetesObject slice)
    {
        var ports = slice.Items("ports").Select(port => port.Number("port")?.ToString(CultureInfo.InvariantCulture) ?? (port.Has("name") ? port.Text("name") : "*")).ToList();
        return ports.Count == 0 ? "<unset>" : Cut(ports);
    }

    private static string Addresses(KubernetesObject slice)
    {
        var addresses = slice.Items("endpoints").SelectMany(endpoint => endpoint.List("addresses") ?? []).Select(address => address?.ToString() ?? "").ToList();
        return addresses.Count == 0 ? "<unset>" : Cut(addresses);
    }

    private static string Cut(List<string> texts) => texts.Count <= Shown
        ? string.Join(',', texts)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', texts.Take(Shown))} + {texts.Count - Shown} more...");
}
