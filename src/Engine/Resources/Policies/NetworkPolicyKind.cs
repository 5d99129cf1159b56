using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Kept, and not enforced: as on a cluster whose network has no policies, each write is answered with a warning that says so.</summary>
internal static class NetworkPolicyKind
{
    private static readonly Place Spec = Place.Of("spec");
    private static readonly (string Rules, string Peers)[] Directions = [("ingress", "from"), ("egress", "to")];

    public static ServedKind Kind { get; } = new(Kinds.NetworkPolicy)
    {
        Default = Default,
        Validate = Validate,
        Warn = _ => ["the embedded engine does not enforce network policies: every pod reaches every other one"],
        Table = new([TableColumn.ObjectName, new("Pod-Selector"), TableColumn.Age],
            (item, now) => [item.Name, CellText.OrNone(LabelSelector.From(item.At("spec", "podSelector")).ToString()), Ages.Of(item, now)]),
    };

    private static void Default(JsonObject value)
    {
        var spec = value.Always("spec");
        foreach (var port in Directions.SelectMany(each => spec.Each(each.Rules)).SelectMany(rule => rule.Each("ports")))
            port.Default("protocol", "TCP");
        if (spec.List("policyTypes") is not { Count: > 0 })
            spec["policyTypes"] = spec.List("egress") is { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
    }

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        SelectorRules.Selector(spec.Map("podSelector") ?? [], Spec.Field("podSelector"), faults);
        foreach (var (rules, peers) in Directions)
            foreach (var (rule, at) in spec.Indexed(rules, Spec))
            {
                foreach (var (port, below) in rule.Indexed("ports", at))
                    Port(port, below, faults);
                foreach (var (peer, below) in rule.Indexed(peers, at))
                    Peer(peer, below, faults);
            }
    }

    private static void Port(JsonObject port, Place place, Faults faults)
    {
        if (port.Has("port"))
            faults.PortReference(port, "port", place);
        if (port.Number("endPort") is not { } end)
            return;
        if (port.Number("port") is not { } begin)
            faults.Invalid(place.Field("endPort"), end, "may not be specified when `port` is non-numeric");
        else if (end < begin || end > 65535)
            faults.Invalid(place.Field("endPort"), end, end < begin ? "must be greater than or equal to `port`" : "must be between 1 and 65535, inclusive");
    }

    private static void Peer(JsonObject peer, Place place, Faults faults)
    {
        if (peer.All(field => field.Value is null))
            faults.Required(place, "must specify a peer");
        foreach (var selector in (ReadOnlySpan<string>)["podSelector", "namespaceSelector"])
            if (peer.Map(selector) is { } map)
                SelectorRules.Selector(map, place.Field(selector), faults);
        if (peer.Map("ipBlock") is not { } block)
            return;
        if (peer.Has("podSelector") || peer.Has("namespaceSelector"))
            faults.Forbidden(place, "may not specify both ipBlock and another peer");
        var networks = block.Text("cidr");
        if (networks.Length == 0)
            faults.Required(place.Field("ipBlock").Field("cidr"));
        else if (!IPNetwork.TryParse(networks, out _))
            faults.Invalid(place.Field("ipBlock").Field("cidr"), networks, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        var except = KubernetesObject.Texts(block["except"]);
        for (var i = 0; i < except.Count; i++)
            if (!IPNetwork.TryParse(except[i], out var inner) || !IPNetwork.TryParse(networks, out var outer) || !outer.Contains(inner.BaseAddress) || inner.PrefixLength <= outer.PrefixLength)
                faults.Invalid(place.Field("ipBlock").Field("except").At(i), except[i], "must be a strict subset of `cidr`");
    }
}
