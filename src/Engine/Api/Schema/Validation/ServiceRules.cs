using System.Net;
using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Schema.Validation;

internal static class ServiceRules
{
    private static readonly Place Spec = Place.Of("spec");

    public static void Service(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        var isExternal = spec.Text("type") == "ExternalName";
        if (spec.List("ports") is not { Count: > 0 } && !isExternal && spec.Text("clusterIP") != "None")
            faults.Required(Spec.Field("ports"));
        Ports(spec, faults);
        EngineLimits.Service(spec, Spec, faults);
        faults.Labels(spec.Map("selector"), Spec.Field("selector"));
        if (isExternal)
            faults.Name(spec, "externalName", Spec, name => Names.Subdomain(name.TrimEnd('.')));
        var index = 0;
        foreach (var address in spec.List("externalIPs") ?? [])
            Address(address?.ToString() ?? "", Spec.Field("externalIPs").At(index++), faults);
        if (spec.Map("sessionAffinityConfig").Map("clientIP").Number("timeoutSeconds") is { } seconds and (< 1 or > 86400))
            faults.Invalid(Spec.Field("sessionAffinityConfig").Field("clientIP").Field("timeoutSeconds"), seconds, "must be greater than 0 && less than 86400");
    }

    private static void Ports(JsonObject spec, Faults faults)
    {
        faults.Unique(spec, "ports", "name", Spec);
        var several = spec.List("ports") is { Count: > 1 };
        var seen = new HashSet<(long?, string)>();
        foreach (var (port, at) in spec.Indexed("ports", Spec))
        {
            faults.Name(port, "name", at, Names.Label, required: several);
            if (port.Number("port") is null)
                faults.Invalid(at.Field("port"), JsonNumber.Of(0), "must be between 1 and 65535, inclusive");
            faults.PortNumber(port, "port", at);
            if (port.Has("targetPort"))
                faults.PortReference(port, "targetPort", at);
            if (port.Number("nodePort") is not (null or 0))
                faults.PortNumber(port, "nodePort", at);
            if (!seen.Add((port.Number("port"), port.Text("protocol"))))
                faults.Duplicate(at, new JsonObject { ["protocol"] = port.Text("protocol"), ["port"] = port["port"]?.ToString() });
        }
    }

    public static void Endpoints(JsonObject value, Faults faults)
    {
        foreach (var (subset, at) in value.Indexed("subsets", Place.Root))
        {
            if (subset.List("addresses") is not { Count: > 0 } && subset.List("notReadyAddresses") is not { Count: > 0 })
                faults.Required(at, "must specify `addresses` or `notReadyAddresses`");
            foreach (var list in (ReadOnlySpan<string>)["addresses", "notReadyAddresses"])
                foreach (var (address, below) in subset.Indexed(list, at))
                    if (Address(address.Text("ip"), below.Field("ip"), faults) is { } ip)
                        Reachable(ip, below.Field("ip"), faults);
            var several = subset.List("ports") is { Count: > 1 };
            foreach (var (port, below) in subset.Indexed("ports", at))
            {
                faults.Name(port, "name", below, Names.Label, required: several);
                faults.PortNumber(port, "port", below);
            }
        }
    }

    private static IPAddress? Address(string text, Place place, Faults faults)
    {
        if (IPAddress.TryParse(text, out var address) && (text.Contains(':', StringComparison.Ordinal) || text.Split('.').Length == 4))
            return address;
        faults.Invalid(place, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        return null;
    }

    private static void Reachable(IPAddress ip, Place place, Faults faults)
    {
        if (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            faults.Invalid(place, ip.ToString(), $"may not be unspecified ({ip})");
        else if (IPAddress.IsLoopback(ip))
            faults.Invalid(place, ip.ToString(), "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        else if (ip.GetAddressBytes() is [169, 254, ..])
            faults.Invalid(place, ip.ToString(), "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
}
