using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class ContainerRules
{
    public static void Check(JsonObject container, Place place, IReadOnlySet<string> volumes, bool isInit, Faults faults)
    {
        faults.Name(container, "name", place, Names.Label);
        Image(container.Text("image"), place.Field("image"), faults);
        Ports(container, place, faults);
        EnvironmentRules.Check(container, place, faults);
        Mounts(container, place, volumes, faults);
        Resources(container.Map("resources"), place.Field("resources"), faults);
        var context = place.Field("securityContext");
        foreach (var field in (ReadOnlySpan<string>)["runAsUser", "runAsGroup"])
            PodRules.Identity(container.Map("securityContext"), field, context, faults);
        if (isInit && container.Text("restartPolicy") is { Length: > 0 } policy && policy != "Always")
            faults.NotSupported(place.Field("restartPolicy"), policy, ["Always"]);
        else if (!isInit && container.Has("restartPolicy"))
            faults.Forbidden(place.Field("restartPolicy"), "may not be set for non-init containers");
        var isSidecar = container.Text("restartPolicy") == "Always";
        foreach (var probe in (ReadOnlySpan<string>)["livenessProbe", "readinessProbe", "startupProbe"])
            if (isInit && !isSidecar && container.Has(probe))
                faults.Forbidden(place.Field(probe), "may not be set for init containers without restartPolicy=Always");
            else
                HandlerRules.Probe(container.Map(probe), probe, place.Field(probe), faults);
        foreach (var handler in (ReadOnlySpan<string>)["postStart", "preStop"])
            if (isInit && !isSidecar && container.Map("lifecycle").Has(handler))
                faults.Forbidden(place.Field("lifecycle"), "may not be set for init containers without restartPolicy=Always");
            else
                HandlerRules.Lifecycle(container.Map("lifecycle").Map(handler), place.Field("lifecycle").Field(handler), faults);
        EngineLimits.Container(container, place, faults);
    }

    private static void Image(string image, Place place, Faults faults)
    {
        if (image.Length == 0)
            faults.Required(place);
        else if (image != image.Trim())
            faults.Invalid(place, image, "must not have leading or trailing whitespace");
    }

    private static void Ports(JsonObject container, Place place, Faults faults)
    {
        foreach (var (port, at) in container.Indexed("ports", place))
        {
            if (port.Number("containerPort") is null or 0)
                faults.Required(at.Field("containerPort"));
            else
                faults.PortNumber(port, "containerPort", at);
            faults.Name(port, "name", at, Names.Port, required: false);
        }
    }

    private static void Mounts(JsonObject container, Place place, IReadOnlySet<string> volumes, Faults faults)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (mount, at) in container.Indexed("volumeMounts", place))
        {
            var name = mount.Text("name");
            if (name.Length == 0)
                faults.Required(at.Field("name"));
            if (!volumes.Contains(name))
                faults.NotFound(at.Field("name"), name);
            var path = mount.Text("mountPath");
            if (path.Length == 0)
                faults.Required(at.Field("mountPath"));
            else if (!paths.Add(path))
                faults.Invalid(at.Field("mountPath"), path, "must be unique");
            foreach (var field in (ReadOnlySpan<string>)["subPath", "subPathExpr"])
                if (mount.Has(field))
                    faults.LocalPath(mount, field, at, required: false);
            if (mount.Text("subPath").Length > 0 && mount.Text("subPathExpr").Length > 0)
                faults.Invalid(at.Field("subPathExpr"), mount.Text("subPathExpr"), "subPathExpr and subPath are mutually exclusive");
        }
    }

    private static void Resources(JsonObject? resources, Place place, Faults faults)
    {
        foreach (var list in (ReadOnlySpan<string>)["limits", "requests"])
            foreach (var (resource, amount) in resources.Map(list) ?? [])
            {
                var at = place.Field(list).Key(resource);
                if (Names.Qualified(resource) is { } wrong)
                    faults.Invalid(at, resource, wrong);
                else if (!resource.Contains('/', StringComparison.Ordinal) && !IsStandard(resource))
                    faults.Invalid(at, resource, "must be a standard resource type or fully qualified");
                if (Amount(amount) is { Sign: < 0 })
                    faults.Invalid(at, amount, "must be greater than or equal to 0");
            }
        foreach (var (resource, amount) in resources.Map("requests") ?? [])
            if (Amount(amount) is { } asked && Amount(resources.Map("limits")?[resource]) is { } limit && asked > limit)
                faults.Invalid(place.Field("requests"), amount, $"must be less than or equal to {resource} limit of {limit}");
    }

    private static bool IsStandard(string resource) => resource is "cpu" or "memory" or "ephemeral-storage" || resource.StartsWith("hugepages-", StringComparison.Ordinal);

    private static Quantity? Amount(JsonNode? amount) => Quantity.Read(amount?.ToString());
}
