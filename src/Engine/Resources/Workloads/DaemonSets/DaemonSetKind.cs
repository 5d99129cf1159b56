using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class DaemonSetKind
{
    private static readonly Place Spec = Place.Of("spec");

    public static ServedKind Kind { get; } = new(Kinds.DaemonSet)
    {
        Default = Default,
        FirstStatus = () => new() { ["currentNumberScheduled"] = JsonNumber.Of(0), ["desiredNumberScheduled"] = JsonNumber.Of(0), ["numberMisscheduled"] = JsonNumber.Of(0), ["numberReady"] = JsonNumber.Of(0) },
        Validate = Validate,
        ValidateUpdate = (before, after, faults) => faults.Fixed(before.Map("spec"), after.Map("spec"), "selector", Spec),
        Warn = Workloads.Warnings,
        Controller = objects => new DaemonSetController(objects),
        Table = Workloads.Table(
            [TableColumn.Integer("Desired"), TableColumn.Integer("Current"), TableColumn.Integer("Ready"), TableColumn.Integer("Up-to-date"), TableColumn.Integer("Available"), new("Node Selector"), TableColumn.Age],
            (item, now) =>
            [
                Workloads.Status(item, "desiredNumberScheduled"), Workloads.Status(item, "currentNumberScheduled"), Workloads.Status(item, "numberReady"),
                Workloads.Status(item, "updatedNumberScheduled"), Workloads.Status(item, "numberAvailable"), NodeSelector(item), Ages.Of(item, now),
            ]),
    };

    private static void Default(JsonObject value)
    {
        var spec = Workloads.DefaultSpec(value);
        spec.Default("revisionHistoryLimit", 10);
        var strategy = spec.Always("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") != "RollingUpdate")
            return;
        var rolling = strategy.Always("rollingUpdate");
        rolling.Default("maxUnavailable", 1);
        rolling.Default("maxSurge", 0);
    }

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = Workloads.ValidateKeeper(value, "daemonset", faults);
        faults.AtLeast(spec, "revisionHistoryLimit", Spec);
        if (spec.Map("updateStrategy").Map("rollingUpdate") is not { } rolling)
            return;
        var place = Spec.Field("updateStrategy").Field("rollingUpdate");
        var (surge, unavailable) = (RolloutAmount.Check(rolling, "maxSurge", place, faults), RolloutAmount.Check(rolling, "maxUnavailable", place, faults));
        if (surge > 0 && unavailable > 0)
            faults.Invalid(place.Field("maxSurge"), rolling["maxSurge"], "may not be set when maxUnavailable is not zero");
        else if (surge == 0 && unavailable == 0)
            faults.Required(place.Field("maxUnavailable"), "cannot be 0 when maxSurge is 0");
    }

    private static string NodeSelector(KubernetesObject item) => CellText.OrNone(LabelSelector.FromMap(item.At("spec", "template", "spec", "nodeSelector")).ToString());
}
