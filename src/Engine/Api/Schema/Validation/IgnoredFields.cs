using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Schema.Validation;

/// <summary>Fields of pods that would have no effect on the engine. A pod that asks for one would run otherwise than it is meant to, so it is refused.</summary>
internal static class IgnoredFields
{
    public static void Pod(JsonObject spec, Place place, Faults faults)
    {
        if (spec.Map("overhead") is { Count: > 0 })
            faults.Absent(place.Field("overhead"), "pod overhead");
        if (spec.Number("priority") is not (null or 0))
            faults.Absent(place.Field("priority"), "priorities of pods");
        if (spec.Flag("setHostnameAsFQDN"))
            faults.Absent(place.Field("setHostnameAsFQDN"), "host names with a domain");
        if (spec.Map("securityContext").Text("supplementalGroupsPolicy") is "Strict")
            faults.Absent(place.Field("securityContext").Field("supplementalGroupsPolicy"), "policy of supplementary groups but Merge");
    }

    public static void Container(JsonObject container, Place place, Faults faults)
    {
        foreach (var (field, what) in (ReadOnlySpan<(string, string)>)[("stdin", "standard input for containers"), ("tty", "terminals for containers")])
            if (container.Flag(field))
                faults.Absent(place.Field(field), what);
        var resources = place.Field("resources");
        if (container.Map("resources").List("claims") is { Count: > 0 })
            faults.Absent(resources.Field("claims"), "resource claims");
        foreach (var list in (ReadOnlySpan<string>)["limits", "requests"])
            foreach (var (resource, amount) in container.Map("resources").Map(list) ?? [])
                if (resource is not ("cpu" or "memory" or "ephemeral-storage") && amount?.ToString() is not "0")
                    faults.Absent(resources.Field(list).Key(resource), $"{resource} on its node");
    }

    /// <summary>Rules about the place of pods among others, which is always the same node here.</summary>
    public static IEnumerable<string> Warnings(JsonObject? spec)
    {
        foreach (var field in (ReadOnlySpan<string>)["podAffinity", "podAntiAffinity"])
            if (spec.Map("affinity").Map(field).List("requiredDuringSchedulingIgnoredDuringExecution") is { Count: > 0 })
                return [$"affinity.{field}: the embedded engine has one node, where all pods run, whatever this rule says"];
        return [];
    }
}
