using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Schema.Validation;

/// <summary>What makes pods.</summary>
internal static class WorkloadRules
{
    private static readonly Place Spec = Place.Of("spec");

    public static void Deployment(JsonObject value, Faults faults)
    {
        var spec = Controller(value, "deployment", faults);
        var strategy = spec.Map("strategy");
        if (strategy.Text("type") == "Recreate" && strategy.Has("rollingUpdate"))
            faults.Forbidden(Spec.Field("strategy").Field("rollingUpdate"), "may not be specified when strategy `type` is 'Recreate'");
        else if (strategy.Map("rollingUpdate") is { } rolling)
            Rolling(rolling, Spec.Field("strategy").Field("rollingUpdate"), faults);
        faults.AtLeast(spec, "revisionHistoryLimit", Spec);
        faults.AtLeast(spec, "progressDeadlineSeconds", Spec);
        if (spec.Number("progressDeadlineSeconds") is { } deadline && deadline <= (spec.Number("minReadySeconds") ?? 0))
            faults.Invalid(Spec.Field("progressDeadlineSeconds"), deadline, "must be greater than minReadySeconds");
    }

    public static void ReplicaSet(JsonObject value, Faults faults) => Controller(value, "replicaset", faults);

    public static void StatefulSet(JsonObject value, Faults faults)
    {
        var spec = Controller(value, "statefulset", faults);
        faults.AtLeast(spec, "revisionHistoryLimit", Spec);
        faults.AtLeast(spec.Map("ordinals"), "start", Spec.Field("ordinals"));
        faults.AtLeast(spec.Map("updateStrategy").Map("rollingUpdate"), "partition", Spec.Field("updateStrategy").Field("rollingUpdate"));
        if (spec.List("volumeClaimTemplates") is { Count: > 0 })
            faults.Absent(Spec.Field("volumeClaimTemplates"), "persistent volumes");
    }

    public static void Job(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        foreach (var field in (ReadOnlySpan<string>)["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "backoffLimitPerIndex", "maxFailedIndexes", "ttlSecondsAfterFinished"])
            faults.AtLeast(spec, field, Spec);
        if (spec.Text("completionMode") == "Indexed" && !spec.Has("completions"))
            faults.Required(Spec.Field("completions"), "when completion mode is Indexed");
        if (spec.Has("backoffLimitPerIndex") && spec.Text("completionMode") != "Indexed")
            faults.Invalid(Spec.Field("backoffLimitPerIndex"), spec["backoffLimitPerIndex"], "requires indexed completion mode");
        EngineLimits.Job(spec, Spec, faults);
        SelectorRules.Check(spec, Spec, faults, "job");
        PodRules.Template(spec, Spec, faults);
        var pod = spec.Map("template").Map("spec");
        if (pod.Text("restartPolicy") == "Always")
            faults.Required(Spec.Field("template").Field("spec").Field("restartPolicy"), "valid values: \"OnFailure\", \"Never\"");
        if (spec.Has("podFailurePolicy") && pod.Text("restartPolicy") != "Never")
            faults.Invalid(Spec.Field("template").Field("spec").Field("restartPolicy"), pod.Text("restartPolicy"), "only \"Never\" is supported when podFailurePolicy is specified");
    }

    private static JsonObject Controller(JsonObject value, string kind, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        faults.AtLeast(spec, "replicas", Spec);
        EngineLimits.Replicas(spec, "replicas", Spec, faults);
        faults.AtLeast(spec, "minReadySeconds", Spec);
        SelectorRules.Check(spec, Spec, faults, kind);
        PodRules.Template(spec, Spec, faults);
        var pod = spec.Map("template").Map("spec");
        var at = Spec.Field("template").Field("spec");
        if (pod.Text("restartPolicy") is { Length: > 0 } policy && policy != "Always")
            faults.NotSupported(at.Field("restartPolicy"), policy, ["Always"]);
        if (pod.Has("activeDeadlineSeconds"))
            faults.Forbidden(at.Field("activeDeadlineSeconds"), "activeDeadlineSeconds in ReplicaSet is not Supported");
        return spec;
    }

    private static void Rolling(JsonObject rolling, Place place, Faults faults)
    {
        var amounts = (Surge: Amount(rolling, "maxSurge", place, faults), Unavailable: Amount(rolling, "maxUnavailable", place, faults));
        if (amounts is (0, 0))
            faults.Invalid(place.Field("maxUnavailable"), rolling["maxUnavailable"], "may not be 0 when `maxSurge` is 0");
        if (rolling["maxUnavailable"] is JsonValue value && value.GetValueKind() == JsonValueKind.String && amounts.Unavailable > 100)
            faults.Invalid(place.Field("maxUnavailable"), value, "must not be greater than 100%");
    }

    /// <summary>The number, or the number of percents; null for neither.</summary>
    private static long? Amount(JsonObject map, string field, Place place, Faults faults)
    {
        faults.AtLeast(map, field, place);
        if (map[field] is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
            return map.Number(field);
        var text = map.Text(field);
        if (text.EndsWith('%') && long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
            return percent;
        faults.Invalid(place.Field(field), text, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
        return null;
    }
}
