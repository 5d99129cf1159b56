using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What volumes and claims both say: how they are used, and how large they are.</summary>
internal static class AccessModes
{
    /// <summary>RWO,ROX</summary>
    public static string Short(JsonNode? modes) => string.Join(",", KubernetesObject.Texts(modes).Select(mode => mode switch
    {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        _ => "RWOP",
    }));

    public static void Check(JsonObject spec, Place place, Faults faults)
    {
        var modes = KubernetesObject.Texts(spec["accessModes"]);
        if (modes.Count == 0)
            faults.Required(place.Field("accessModes"), "at least 1 access mode is required");
        else if (modes.Contains("ReadWriteOncePod") && modes.Count > 1)
            faults.Forbidden(place.Field("accessModes"), "may not use ReadWriteOncePod with other access modes");
        if (spec.Text("volumeMode") == "Block")
            faults.Absent(place.Field("volumeMode"), "block devices");
        if (spec.Text("volumeAttributesClassName").Length > 0)
            faults.Absent(place.Field("volumeAttributesClassName"), "volume attributes classes");
    }

    public static void Size(JsonObject? sizes, Place place, Faults faults)
    {
        if (sizes.Text("storage") is not { Length: > 0 } text)
            faults.Required(place.Key("storage"));
        else if (Quantity.Read(text)?.Amount is not > 0)
            faults.Invalid(place.Key("storage"), text, "must be greater than zero");
    }

    public static decimal SizeOf(KubernetesObject item, params ReadOnlySpan<object> path) => Quantity.Read(item.Text(path))?.Amount ?? 0;
}
