using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Schema.Defaults;

internal static class ServiceDefaults
{
    public static void Service(JsonObject value)
    {
        var spec = value.Always("spec");
        spec.Default("type", "ClusterIP");
        spec.Default("sessionAffinity", "None");
        if (spec.Text("sessionAffinity") == "ClientIP")
            spec.Always("sessionAffinityConfig").Always("clientIP").Default("timeoutSeconds", 10800);
        foreach (var port in spec.Each("ports"))
        {
            port.Default("protocol", "TCP");
            if (port["targetPort"]?.ToString() is null or "" or "0")
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

    public static void Endpoints(JsonObject value)
    {
        foreach (var port in value.Each("subsets").SelectMany(subset => subset.Each("ports")))
            port.Default("protocol", "TCP");
    }
}
