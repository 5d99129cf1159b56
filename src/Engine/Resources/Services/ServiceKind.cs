using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class ServiceKind
{
    private static readonly Place Spec = Place.Of("spec");

    public static ServedKind Kind { get; } = new(Kinds.Service)
    {
        Default = Default,
        FirstStatus = () => new() { ["loadBalancer"] = new JsonObject() },
        Admit = (write, store) => new ServiceAddresses(store).Apply(write),
        Validate = Validate,
        Warn = Warnings,
        CheckName = Names.ServiceFaults,
        Fields = SelectableField.Of("spec.clusterIP", "spec.type"),
        Table = new(
            [TableColumn.ObjectName, new("Type"), new("Cluster-IP"), new("External-IP"), new("Port(s)"), TableColumn.Age, TableColumn.Wide("Selector")],
            (item, now) =>
            [
                item.Name, item.Text("spec", "type"), CellText.OrNone(item.Text("spec", "clusterIP")), External(item), Ports(item), Ages.Of(item, now),
                CellText.OrNone(LabelSelector.FromMap(item.At("spec", "selector")).ToString()),
            ]),
        IsShownWhenDeleted = true,
    };

    private static void Default(JsonObject value)
    {
        var spec = value.Always("spec");
        spec.Default("type", "ClusterIP");
        spec.Default("sessionAffinity", "None");
        if (spec.Text("sessionAffinity") == "ClientIP")
            spec.Always("sessionAffinityConfig").Always("clientIP").Default("timeoutSeconds", 10800);
        foreach (var port in spec.Each("ports"))
        {
            port.Default("protocol", "TCP");
            if (port.Text("targetPort") is "" or "0")
                port["targetPort"] = port["port"]?.DeepClone();
        }
        if (spec.Text("type") is "NodePort" or "LoadBalancer")
            spec.Default("externalTrafficPolicy", "Cluster");
        if (spec.Text("type") == "LoadBalancer")
            spec.Default("allocateLoadBalancerNodePorts", true);
        if (spec.Text("type") == "ExternalName")
            return;
        spec.Default("internalTrafficPolicy", "Cluster");
        spec.Default("ipFamilyPolicy", "SingleStack");
        if (!spec.Has("ipFamilies"))
            spec["ipFamilies"] = new JsonArray("IPv4");
    }

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        var isExternal = spec.Text("type") == "ExternalName";
        if (spec.List("ports") is not { Count: > 0 } && !isExternal && spec.Text("clusterIP") != "None")
            faults.Required(Spec.Field("ports"));
        ValidatePorts(spec, faults);
        if (spec.List("externalIPs") is { Count: > 0 })
            faults.Absent(Spec.Field("externalIPs"), "network outside of the cluster");
        if (spec.Text("ipFamilyPolicy") == "RequireDualStack" || spec.List("ipFamilies")?.Any(family => family?.ToString() == "IPv6") == true)
            faults.Absent(Spec.Field("ipFamilies"), "IPv6");
        faults.Labels(spec.Map("selector"), Spec.Field("selector"));
        if (isExternal)
            faults.Name(spec, "externalName", Spec, name => Names.Subdomain(name.TrimEnd('.')));
        var index = 0;
        foreach (var address in spec.List("externalIPs") ?? [])
            faults.Address(address?.ToString() ?? "", Spec.Field("externalIPs").At(index++));
        if (spec.Map("sessionAffinityConfig").Map("clientIP").Number("timeoutSeconds") is { } seconds and (< 1 or > 86400))
            faults.Invalid(Spec.Field("sessionAffinityConfig").Field("clientIP").Field("timeoutSeconds"), seconds, "must be greater than 0 && less than 86400");
    }

    private static void ValidatePorts(JsonObject spec, Faults faults)
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
            if (port.Text("protocol") == "SCTP")
                faults.Absent(at.Field("protocol"), "SCTP, only TCP and UDP");
        }
    }

    private static IEnumerable<string> Warnings(JsonObject value)
    {
        if (value.Map("spec").Text("type") == "NodePort")
            yield return "spec.type: the embedded engine serves a NodePort Service at its cluster IP, to pods only; set KontraktKubeContext to a cluster for its node ports";
    }

    private static string External(KubernetesObject service)
    {
        var external = string.Join(",", service.Json.Map("spec").List("externalIPs") ?? []);
        return service.Text("spec", "type") switch
        {
            "ExternalName" => service.Text("spec", "externalName"),
            "LoadBalancer" => external.Length > 0 ? external : "<pending>",
            _ => CellText.OrNone(external),
        };
    }

    private static string Ports(KubernetesObject service)
    {
        var ports = service.Items("spec", "ports").Select(port =>
            (KubernetesObject.Number(port["nodePort"]) is > 0 and var node ? $"{port["port"]}:{node}" : $"{port["port"]}") + $"/{port["protocol"] ?? "TCP"}");
        return CellText.OrNone(string.Join(",", ports));
    }
}
