using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class HorizontalPodAutoscalerKind
{
    private const long LongestWindow = 3600, LongestPeriod = 1800;
    private static readonly Place Spec = Place.Of("spec");
    private static readonly string[] Policies = ["Disabled", "Max", "Min"], PolicyTypes = ["Percent", "Pods"], Targets = ["AverageValue", "Utilization", "Value"];

    /// <summary>The field of each type of metric.</summary>
    private static readonly Dictionary<string, string> Sources = new(StringComparer.Ordinal)
    {
        ["ContainerResource"] = "containerResource",
        ["External"] = "external",
        ["Object"] = "object",
        ["Pods"] = "pods",
        ["Resource"] = "resource",
    };

    public static ServedKind Kind { get; } = new(Kinds.HorizontalPodAutoscaler)
    {
        Default = Default,
        FirstStatus = () => new() { ["currentMetrics"] = null, ["desiredReplicas"] = JsonNumber.Of(0) },
        Validate = Validate,
        Warn = Warn,
        Table = new(
            [TableColumn.ObjectName, new("Reference"), new("Targets"), new("MinPods"), new("MaxPods"), new("Replicas"), TableColumn.Age],
            (item, now) => [item.Name, $"{item.Text("spec", "scaleTargetRef", "kind")}/{item.Text("spec", "scaleTargetRef", "name")}", Shown(item), $"{CellText.Number(item, 1, "spec", "minReplicas")}", $"{CellText.Number(item, 0, "spec", "maxReplicas")}", $"{CellText.Number(item, 0, "status", "currentReplicas")}", Ages.Of(item, now)]),
    };

    /// <summary>The part of a metric that its type is about.</summary>
    public static JsonObject? Source(JsonObject metric) => Sources.TryGetValue(metric.Text("type"), out var field) ? metric.Map(field) : null;

    private static void Default(JsonObject value)
    {
        var spec = value.Always("spec");
        spec["minReplicas"] ??= JsonNumber.Of(1);
        if (spec.List("metrics") is not { Count: > 0 })
            spec["metrics"] = new JsonArray(new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject { ["name"] = "cpu", ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = JsonNumber.Of(80) } },
            });
        if (spec.Map("behavior") is not { } behavior)
            return;
        foreach (var (direction, rules) in new[] { ("scaleUp", ScalingRules.DefaultUp()), ("scaleDown", ScalingRules.DefaultDown()) })
        {
            var given = behavior.Always(direction);
            foreach (var (name, known) in rules)
                if (given[name] is null || (given[name] is JsonArray { Count: 0 } && name == "policies"))
                    given[name] = known?.DeepClone();
        }
    }

    private static IEnumerable<string> Warn(JsonObject value) =>
        value.Map("spec").Each("metrics").Select(metric => metric.Text("type")).Where(type => type is "Pods" or "Object" or "External")
            .Select(type => $"the embedded engine has no metrics of the type {type}: the autoscaler reports it as a cluster without an adapter for them does");

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        var (least, most) = (spec.Number("minReplicas") ?? 1, spec.Number("maxReplicas") ?? 0);
        if (least < 1)
            faults.Invalid(Spec.Field("minReplicas"), spec["minReplicas"], "must be greater than or equal to 1");
        if (most < 1)
            faults.Invalid(Spec.Field("maxReplicas"), spec["maxReplicas"], "must be greater than 0");
        if (most < least)
            faults.Invalid(Spec.Field("maxReplicas"), spec["maxReplicas"], "must be greater than or equal to `minReplicas`");
        Workloads.Pods(spec, "maxReplicas", Spec, faults);
        Reference(spec.Map("scaleTargetRef"), Spec.Field("scaleTargetRef"), faults);
        foreach (var (index, metric) in spec.Each("metrics").Index())
            Metric(metric, Spec.Field("metrics").At(index), faults);
        foreach (var direction in (ReadOnlySpan<string>)["scaleUp", "scaleDown"])
            if (spec.Map("behavior").Map(direction) is { } rules)
                Rules(rules, Spec.Field("behavior").Field(direction), faults);
    }

    private static void Reference(JsonObject? reference, Place at, Faults faults)
    {
        foreach (var field in (ReadOnlySpan<string>)["kind", "name"])
            if (reference.Text(field).Length == 0)
                faults.Required(at.Field(field));
    }

    private static void Metric(JsonObject metric, Place at, Faults faults)
    {
        var type = metric.Text("type");
        if (!Sources.TryGetValue(type, out var field))
        {
            faults.NotSupported(at.Field("type"), type, Sources.Keys);
            return;
        }
        foreach (var other in Sources.Values.Where(other => other != field && metric.Has(other)))
            faults.Forbidden(at.Field(other), "must populate the given metric source only");
        if (metric.Map(field) is not { } source)
        {
            faults.Required(at.Field(field), "must populate information for the given metric source");
            return;
        }
        var place = at.Field(field);
        if (type is "Resource" or "ContainerResource" && source.Text("name").Length == 0)
            faults.Required(place.Field("name"), "must specify a resource name");
        if (type == "ContainerResource" && source.Text("container").Length == 0)
            faults.Required(place.Field("container"), "must specify a container");
        if (type is "Pods" or "Object" or "External" && source.Map("metric").Text("name").Length == 0)
            faults.Required(place.Field("metric").Field("name"), "must specify a metric name");
        if (type == "Object")
            Reference(source.Map("describedObject"), place.Field("describedObject"), faults);
        Target(source.Map("target") ?? [], type, place.Field("target"), faults);
    }

    private static void Target(JsonObject target, string source, Place at, Faults faults)
    {
        if (!Targets.Contains(target.Text("type"), StringComparer.Ordinal))
            faults.NotSupported(at.Field("type"), target.Text("type"), Targets);
        if (target.Number("averageUtilization") < 1)
            faults.Invalid(at.Field("averageUtilization"), target["averageUtilization"], "must be greater than 0");
        foreach (var field in (ReadOnlySpan<string>)["value", "averageValue"])
            if (target.Has(field) && Quantity.Read(target.Text(field)) is not { Sign: > 0 })
                faults.Invalid(at.Field(field), target[field], "must be positive");
        var given = (Average: target.Has("averageValue"), Utilization: target.Has("averageUtilization"), Value: target.Has("value"));
        switch (source)
        {
            case "Resource" or "ContainerResource" when given.Value:
                faults.Forbidden(at.Field("value"), "may not be set for a resource metric");
                break;
            case "Resource" or "ContainerResource" when given.Average == given.Utilization:
                faults.Required(at.Field("averageUtilization"), given.Average ? "may not set both a target raw value and a target utilization" : "must set either a target raw value or a target utilization");
                break;
            case "Pods" when !given.Average:
                faults.Required(at.Field("averageValue"), "must specify a positive target averageValue");
                break;
            case "Object" or "External" when given.Average == given.Value:
                faults.Required(at.Field("averageValue"), given.Value ? "may not set both a target value for metric and a per-pod target" : "must set either a target value for metric or a per-pod target");
                break;
        }
    }

    private static void Rules(JsonObject rules, Place at, Faults faults)
    {
        if (rules.Number("stabilizationWindowSeconds") is < 0 or > LongestWindow)
            faults.Invalid(at.Field("stabilizationWindowSeconds"), rules["stabilizationWindowSeconds"], $"must be between 0 and {LongestWindow}");
        if (rules.Has("selectPolicy") && !Policies.Contains(rules.Text("selectPolicy"), StringComparer.Ordinal))
            faults.NotSupported(at.Field("selectPolicy"), rules.Text("selectPolicy"), Policies);
        if (rules.Has("tolerance") && Quantity.Read(rules.Text("tolerance")) is { Sign: < 0 })
            faults.Invalid(at.Field("tolerance"), rules["tolerance"], "must be greater than or equal to 0");
        foreach (var (index, policy) in rules.Each("policies").Index())
        {
            var place = at.Field("policies").At(index);
            if (!PolicyTypes.Contains(policy.Text("type"), StringComparer.Ordinal))
                faults.NotSupported(place.Field("type"), policy.Text("type"), PolicyTypes);
            if (policy.Number("value") is null or < 1)
                faults.Invalid(place.Field("value"), policy["value"], "must be greater than zero");
            if (policy.Number("periodSeconds") is null or < 1 or > LongestPeriod)
                faults.Invalid(place.Field("periodSeconds"), policy["periodSeconds"], $"must be greater than zero and less than or equal to {LongestPeriod}");
        }
    }

    /// <summary>cpu: 12%/80%, as kubectl has it.</summary>
    private static string Shown(KubernetesObject item)
    {
        var current = item.Items("status", "currentMetrics").ToList();
        var all = item.Items("spec", "metrics").Select((metric, index) => Shown(metric, current.ElementAtOrDefault(index)));
        return CellText.OrNone(string.Join(", ", all));
    }

    private static string Shown(JsonObject metric, JsonObject? status)
    {
        var (source, now) = (Source(metric), (status is null ? null : Source(status)).Map("current"));
        var target = source.Map("target");
        var name = source.Text("name") is { Length: > 0 } resource ? $"{resource}: " : "";
        return target.Has("averageUtilization") ? $"{name}{(now.Has("averageUtilization") ? now.Text("averageUtilization") + "%" : "<unknown>")}/{target.Text("averageUtilization")}%"
            : $"{name}{(now.Text("averageValue") is { Length: > 0 } average ? average : now.Text("value") is { Length: > 0 } value ? value : "<unknown>")}/{(target.Has("averageValue") ? target.Text("averageValue") + (name.Length > 0 ? "" : " (avg)") : target.Text("value"))}";
    }
}
