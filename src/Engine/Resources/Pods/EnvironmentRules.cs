using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Variables of a container, and where their values come from.</summary>
internal static class EnvironmentRules
{
    private static readonly string[] Sources = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef"];
    private static readonly string[] Fields = ["metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"];
    private static readonly string[] VolumeFields = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];
    private static readonly string[] Resources = ["limits.cpu", "limits.memory", "limits.ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage"];

    public static void Check(JsonObject container, Place place, Faults faults)
    {
        foreach (var (variable, at) in container.Indexed("env", place))
        {
            faults.Name(variable, "name", at, Names.Variable);
            if (variable.Map("valueFrom") is { } source)
                Source(source, at.Field("valueFrom"), variable.Text("value").Length > 0, faults);
        }
        foreach (var (source, at) in container.Indexed("envFrom", place))
        {
            faults.Name(source, "prefix", at, Names.Variable, required: false);
            var given = ((string[])["configMapRef", "secretRef"]).Where(kind => source.Has(kind)).ToList();
            if (given.Count == 0)
                faults.Invalid(at, "", "must specify one of: `configMapRef` or `secretRef`");
            else if (given.Count > 1)
                faults.Invalid(at, "", "may not have more than one field specified at a time");
            foreach (var kind in given)
                faults.Name(source.Map(kind), "name", at.Field(kind), Names.Subdomain);
        }
    }

    private static void Source(JsonObject source, Place place, bool hasValue, Faults faults)
    {
        var given = Sources.Where(kind => source.Has(kind)).ToList();
        if (given.Count == 0)
            faults.Invalid(place, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        else if (hasValue)
            faults.Invalid(place, "", "may not be specified when `value` is not empty");
        else if (given.Count > 1)
            faults.Invalid(place, "", "may not have more than one field specified at a time");
        Field(source.Map("fieldRef"), Fields, place.Field("fieldRef"), faults);
        Resource(source.Map("resourceFieldRef"), place.Field("resourceFieldRef"), inVolume: false, faults);
        foreach (var kind in (ReadOnlySpan<string>)["configMapKeyRef", "secretKeyRef"])
            if (source.Map(kind) is { } reference)
            {
                faults.Name(reference, "name", place.Field(kind), Names.Subdomain);
                faults.Name(reference, "key", place.Field(kind), Names.ConfigKey);
            }
    }

    /// <summary>An item of a downward API volume.</summary>
    public static void Item(JsonObject item, Place place, Faults faults)
    {
        if (!item.Has("fieldRef") && !item.Has("resourceFieldRef"))
            faults.Required(place, "one of fieldRef and resourceFieldRef is required");
        if (item.Has("fieldRef") && item.Has("resourceFieldRef"))
            faults.Invalid(place, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
        Field(item.Map("fieldRef"), VolumeFields, place.Field("fieldRef"), faults);
        Resource(item.Map("resourceFieldRef"), place.Field("resourceFieldRef"), inVolume: true, faults);
    }

    private static void Field(JsonObject? reference, string[] supported, Place place, Faults faults)
    {
        if (reference is null)
            return;
        var path = reference.Text("fieldPath");
        if (path.Length == 0)
            faults.Required(place.Field("fieldPath"));
        else if (!supported.Contains(path) && !IsSubscript(path))
            faults.NotSupported(place.Field("fieldPath"), path, supported);
    }

    /// <summary>metadata.labels['KEY']</summary>
    private static bool IsSubscript(string path) => path.EndsWith("']", StringComparison.Ordinal)
        && (path.StartsWith("metadata.labels['", StringComparison.Ordinal) || path.StartsWith("metadata.annotations['", StringComparison.Ordinal));

    private static void Resource(JsonObject? reference, Place place, bool inVolume, Faults faults)
    {
        if (reference is null)
            return;
        if (inVolume && reference.Text("containerName").Length == 0)
            faults.Required(place.Field("containerName"));
        var resource = reference.Text("resource");
        if (resource.Length == 0)
            faults.Required(place.Field("resource"));
        else if (!Resources.Contains(resource))
            faults.NotSupported(place.Field("resource"), resource, Resources);
    }
}
