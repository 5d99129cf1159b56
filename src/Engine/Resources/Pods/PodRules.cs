using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>The spec of a pod or of a template of pods.</summary>
internal static class PodRules
{
    public static void Template(JsonObject spec, Place place, Faults faults)
    {
        var template = spec.Map("template");
        var at = place.Field("template");
        MetadataRules.Check(template.Map("metadata"), at.Field("metadata"), faults);
        Spec(template.Map("spec") ?? [], at.Field("spec"), faults, spec.Each("volumeClaimTemplates").Select(claim => claim.Map("metadata").Text("name")));
    }

    /// <param name="claimed">Volumes that a pod gets beside its own: those of a stateful set's claims.</param>
    public static void Spec(JsonObject spec, Place place, Faults faults, IEnumerable<string>? claimed = null)
    {
        VolumeRules.Check(spec, place, faults);
        Containers(spec, place, spec.Each("volumes").Select(volume => volume.Text("name")).Concat(claimed ?? []).ToHashSet(StringComparer.Ordinal), faults);
        faults.Labels(spec.Map("nodeSelector"), place.Field("nodeSelector"));
        if (spec.Number("activeDeadlineSeconds") is { } deadline and (< 1 or > int.MaxValue))
            faults.Invalid(place.Field("activeDeadlineSeconds"), deadline, "must be between 1 and 2147483647, inclusive");
        if (spec.Number("terminationGracePeriodSeconds") is { } grace and < 0)
            faults.Invalid(place.Field("terminationGracePeriodSeconds"), grace, "must be greater than or equal to 0");
        faults.Name(spec, "hostname", place, Names.Label, required: false);
        faults.Name(spec, "subdomain", place, Names.Label, required: false);
        faults.Name(spec, "serviceAccountName", place, Names.Subdomain, required: false);
        faults.Name(spec, "nodeName", place, Names.Subdomain, required: false);
        foreach (var (secret, at) in spec.Indexed("imagePullSecrets", place))
            faults.Name(secret, "name", at, Names.Subdomain);
        if (spec.Text("dnsPolicy") == "None" && spec.Map("dnsConfig").List("nameservers") is not { Count: > 0 })
            faults.Required(place.Field("dnsConfig").Field("nameservers"), "must provide at least one DNS nameserver when `dnsPolicy` is None");
        var context = place.Field("securityContext");
        foreach (var field in (ReadOnlySpan<string>)["runAsUser", "runAsGroup", "fsGroup"])
            Identity(spec.Map("securityContext"), field, context, faults);
        EngineLimits.Pod(spec, place, faults);
    }

    public static void Identity(JsonObject? context, string field, Place place, Faults faults)
    {
        if (context.Number(field) is { } id and (< 0 or > int.MaxValue))
            faults.Invalid(place.Field(field), id, "must be between 0 and 2147483647, inclusive");
    }

    private static void Containers(JsonObject spec, Place place, IReadOnlySet<string> volumes, Faults faults)
    {
        if (spec.List("containers") is not { Count: > 0 })
            faults.Required(place.Field("containers"));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
            foreach (var (container, at) in spec.Indexed(list, place))
            {
                if (container.Text("name") is { Length: > 0 } name && !names.Add(name))
                    faults.Duplicate(at.Field("name"), name);
                ContainerRules.Check(container, at, volumes, isInit: list == "initContainers", faults);
            }
        foreach (var (container, at) in spec.Indexed("containers", place))
            faults.Unique(container, "ports", "name", at);
    }
}
