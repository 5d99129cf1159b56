using System.Text.Json.Nodes;

namespace Kontrakt.Kubernetes.Schema;

/// <summary>
/// Server-side apply before 1.21 tells ports apart by a protocol that it does not default, and refuses a Service or pod whose
/// ports leave it out, as nearly all do.
/// </summary>
internal static class PortProtocols
{
    public static bool AreMissing(string message) =>
        message.Contains("omits key field \"protocol\"", StringComparison.Ordinal);

    /// <summary>A copy in which every port without a protocol has the API's own default, TCP.</summary>
    public static JsonNode Fill(JsonNode body)
    {
        var copy = body.DeepClone();
        Visit(copy["spec"]);
        return copy;
    }

    private static void Visit(JsonNode? node)
    {
        if (node is JsonArray list)
            foreach (var item in list)
                Visit(item);
        if (node is not JsonObject map)
            return;
        foreach (var (key, value) in map.ToList())
        {
            if (key == "ports" && value is JsonArray ports)
                foreach (var port in ports.OfType<JsonObject>().Where(port => port.ContainsKey("port") || port.ContainsKey("containerPort")))
                    port.TryAdd("protocol", "TCP");
            Visit(value);
        }
    }
}
