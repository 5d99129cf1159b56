using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class PodDisruptionBudgetKind
{
    private const string NotSaid = "N/A";
    private static readonly Place Spec = Place.Of("spec");

    public static ServedKind Kind { get; } = new(Kinds.PodDisruptionBudget)
    {
        FirstStatus = () => new() { ["currentHealthy"] = JsonNumber.Of(0), ["desiredHealthy"] = JsonNumber.Of(0), ["disruptionsAllowed"] = JsonNumber.Of(0), ["expectedPods"] = JsonNumber.Of(0) },
        Validate = Validate,
        Controller = objects => new DisruptionController(objects),
        Table = new([TableColumn.ObjectName, new("Min Available"), new("Max Unavailable"), TableColumn.Integer("Allowed Disruptions"), TableColumn.Age],
            (item, now) => [item.Name, Amount(item, "minAvailable"), Amount(item, "maxUnavailable"), CellText.Number(item, 0, "status", "disruptionsAllowed"), Ages.Of(item, now)]),
    };

    private static string Amount(KubernetesObject item, string field) => item.Text("spec", field) is { Length: > 0 } amount ? amount : NotSaid;

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        if (spec.Has("minAvailable") && spec.Has("maxUnavailable"))
            faults.Invalid(Spec, spec, "minAvailable and maxUnavailable cannot be both set");
        foreach (var field in (ReadOnlySpan<string>)["minAvailable", "maxUnavailable"])
        {
            if (RolloutAmount.Check(spec, field, Spec, faults) is > 100 && spec.Text(field).EndsWith('%'))
                faults.Invalid(Spec.Field(field), spec[field], "must not be greater than 100%");
        }
        if (spec.Text("unhealthyPodEvictionPolicy") is { Length: > 0 } policy and not ("IfHealthyBudget" or "AlwaysAllow"))
            faults.NotSupported(Spec.Field("unhealthyPodEvictionPolicy"), policy, ["AlwaysAllow", "IfHealthyBudget"]);
        if (spec.Map("selector") is { } selector)
            SelectorRules.Selector(selector, Spec.Field("selector"), faults);
    }
}
