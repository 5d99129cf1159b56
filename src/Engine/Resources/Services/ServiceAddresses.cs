using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// Gives Services their addresses and node ports, and the fields that depend on them. A LoadBalancer is refused: on a cluster without one it
/// would stay pending forever, and whoever waits for it deserves to hear why at once. A NodePort gets its number, as its readers expect.
/// </summary>
internal sealed class ServiceAddresses(ObjectStore store)
{
    private const string Headless = "None";

    public void Apply(Write write)
    {
        if (write.Verb is not (WriteVerb.Create or WriteVerb.Update))
            return;
        var spec = write.Object.Always("spec");
        if (spec.Text("sessionAffinity") != "ClientIP")
            spec.Remove("sessionAffinityConfig");
        if (spec.Text("type") == "LoadBalancer")
            throw Invalid(write.Key, "spec.type", "FieldValueNotSupported",
                "Unsupported value: \"LoadBalancer\": the embedded engine has no load balancers: use ClusterIP or NodePort, or set KontraktKubeContext to a cluster that has them");
        if (spec.Text("type") == "ExternalName")
            Release(write, spec);
        else
            Allocate(write, spec);
    }

    /// <summary>A name elsewhere has no address here; one that it had is free again.</summary>
    private static void Release(Write write, JsonObject spec)
    {
        var had = write.Previous?.View.Text("spec", "clusterIP") ?? "";
        if (spec.Text("clusterIP") is { Length: > 0 } asked && asked != had)
            throw Invalid(write.Key, "spec.clusterIPs[0]", "FieldValueForbidden", "may not be set for ExternalName services");
        foreach (var field in (ReadOnlySpan<string>)["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy", "externalTrafficPolicy"])
            spec.Remove(field);
        DropNodePorts(spec);
    }

    private void Allocate(Write write, JsonObject spec)
    {
        KeepAddress(write, spec);
        if (spec.Text("clusterIP").Length == 0 && spec["clusterIPs"] is JsonArray { Count: > 0 } only)
            spec["clusterIP"] = only[0]?.DeepClone();
        var address = spec.Text("clusterIP");
        if (address.Length == 0)
            spec["clusterIP"] = address = ServiceRange.Pick(Taken(write.Key)) ?? throw Full(write.Key);
        else if (address != Headless && address != write.Previous?.View.Text("spec", "clusterIP"))
            CheckAsked(write, address);
        spec["clusterIPs"] = JsonFields.Of([address]);
        if (spec.Text("type") == "NodePort")
            new NodePorts(store, write.Key).Allocate(spec);
        else
            DropNodePorts(spec);
    }

    /// <summary>An address is given once. Whoever writes the whole object without it means the same one.</summary>
    private static void KeepAddress(Write write, JsonObject spec)
    {
        if (write.Previous?.View is not { } before || before.Text("spec", "clusterIP") is not { Length: > 0 } had)
            return;
        var asked = spec.Text("clusterIP");
        if (asked.Length == 0 && spec["clusterIPs"] is JsonArray { Count: > 0 })
            throw Invalid(write.Key, "spec.clusterIPs[0]", "FieldValueInvalid", "Invalid value: []string(nil): primary clusterIP can not be unset");
        if (asked.Length == 0)
            spec["clusterIP"] = had;
        else if (asked != had)
            throw Invalid(write.Key, "spec.clusterIPs[0]", "FieldValueInvalid", $"Invalid value: []string{{\"{asked}\"}}: may not change once set");
    }

    private void CheckAsked(Write write, string asked)
    {
        if (!IPAddress.TryParse(asked, out var address) || address.ToString() != asked)
            throw Invalid(write.Key, "spec.clusterIPs[0]", "FieldValueInvalid", $"Invalid value: \"{asked}\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            throw Invalid(write.Key, "spec.clusterIPs[0]", "FieldValueInvalid", $"Invalid value: [\"{asked}\"]: the embedded engine has IPv4 addresses only");
        if (!ServiceRange.Contains(address))
            throw Refused(write.Key, asked, $"the provided IP ({asked}) is not in the valid range. The range of valid IPs is {ClusterAddresses.Services}");
        // The engine itself, which writes as nobody, is the one that may have the reserved ones.
        if (Taken(write.Key).Contains(asked) || (write.User is not null && ServiceRange.IsReserved(asked)))
            throw Refused(write.Key, asked, "provided IP is already allocated");
    }

    private HashSet<string> Taken(ObjectKey except) =>
        store.List(Kinds.Service).Items.Where(item => item.Key != except).Select(item => item.View.Text("spec", "clusterIP")).ToHashSet(StringComparer.Ordinal);

    private static void DropNodePorts(JsonObject spec)
    {
        foreach (var port in spec.Each("ports"))
            port.Remove("nodePort");
        spec.Remove("externalTrafficPolicy");
    }

    private static StatusException Refused(ObjectKey key, string address, string why) =>
        Invalid(key, "spec.clusterIPs", "FieldValueInvalid", $"Invalid value: [\"{address}\"]: failed to allocate IP {address}: {why}");

    private static StatusException Full(ObjectKey key) => new(500, "InternalError",
        $"Internal error occurred: failed to allocate a serviceIP for {key.Name}: the range {ClusterAddresses.Services} is full");

    private static StatusException Invalid(ObjectKey key, string field, string reason, string message) => StatusException.Invalid(key, [(field, reason, message)]);
}
