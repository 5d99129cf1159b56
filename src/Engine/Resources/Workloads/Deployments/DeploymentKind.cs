using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

internal static class DeploymentKind
{
    private const string Quarter = "25%";
    private static readonly Place Spec = Place.Of("spec");

    public static ServedKind Kind { get; } = new(Kinds.Deployment)
    {
        Default = Default,
        FirstStatus = () => [],
        MetadataKeptByStatus = ["labels"],
        Validate = Validate,
        ValidateUpdate = (before, after, faults) => faults.Fixed(before.Map("spec"), after.Map("spec"), "selector", Spec),
        Warn = Workloads.Warnings,
        Controller = objects => new DeploymentController(objects),
        Table = Workloads.Table([new("Ready"), new("Up-to-date"), new("Available"), TableColumn.Age],
            (item, now) => [Workloads.Ready(item), Workloads.Status(item, "updatedReplicas"), Workloads.Status(item, "availableReplicas"), Ages.Of(item, now)]),
    };

    private static void Default(JsonObject value)
    {
        var spec = Workloads.DefaultSpec(value);
        spec.Default("replicas", 1);
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("progressDeadlineSeconds", 600);
        var strategy = spec.Always("strategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") != "RollingUpdate")
            return;
        var rolling = strategy.Always("rollingUpdate");
        rolling.Default("maxUnavailable", Quarter);
        rolling.Default("maxSurge", Quarter);
    }

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = Workloads.ValidateKeeper(value, "deployment", faults);
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

    private static void Rolling(JsonObject rolling, Place place, Faults faults)
    {
        var amounts = (Surge: RolloutAmount.Check(rolling, "maxSurge", place, faults), Unavailable: RolloutAmount.Check(rolling, "maxUnavailable", place, faults));
        if (amounts is (0, 0))
            faults.Invalid(place.Field("maxUnavailable"), rolling["maxUnavailable"], "may not be 0 when `maxSurge` is 0");
        if (rolling["maxUnavailable"] is JsonValue value && value.GetValueKind() == JsonValueKind.String && amounts.Unavailable > 100)
            faults.Invalid(place.Field("maxUnavailable"), value, "must not be greater than 100%");
    }
}
