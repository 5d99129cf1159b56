using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

internal static class StatefulSetKind
{
    private static readonly Place Spec = Place.Of("spec");
    private static readonly string[] Changeable = ["replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds", "revisionHistoryLimit"];

    public static ServedKind Kind { get; } = new(Kinds.StatefulSet)
    {
        Default = Default,
        FirstStatus = () => new() { ["replicas"] = JsonNumber.Of(0), ["availableReplicas"] = JsonNumber.Of(0) },
        Validate = Validate,
        ValidateUpdate = ValidateUpdate,
        Warn = Workloads.Warnings,
        Controller = objects => new StatefulSetController(objects),
        Table = Workloads.Table([new("Ready"), TableColumn.Age], (item, now) => [Workloads.Ready(item), Ages.Of(item, now)], withSelector: false),
    };

    private static void Default(JsonObject value)
    {
        var spec = Workloads.DefaultSpec(value);
        spec.Default("replicas", 1);
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("podManagementPolicy", "OrderedReady");
        var strategy = spec.Always("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
            strategy.Always("rollingUpdate").Default("partition", 0);
        var retention = spec.Always("persistentVolumeClaimRetentionPolicy");
        retention.Default("whenDeleted", "Retain");
        retention.Default("whenScaled", "Retain");
        foreach (var claim in spec.Each("volumeClaimTemplates"))
        {
            claim.Default("apiVersion", "v1");
            claim.Default("kind", "PersistentVolumeClaim");
            claim.Always("spec").Default("volumeMode", "Filesystem");
            claim.Always("status").Default("phase", "Pending");
        }
    }

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = Workloads.ValidateKeeper(value, "statefulset", faults);
        faults.AtLeast(spec, "revisionHistoryLimit", Spec);
        faults.AtLeast(spec.Map("ordinals"), "start", Spec.Field("ordinals"));
        faults.AtLeast(spec.Map("updateStrategy").Map("rollingUpdate"), "partition", Spec.Field("updateStrategy").Field("rollingUpdate"));
        foreach (var (claim, at) in spec.Indexed("volumeClaimTemplates", Spec))
        {
            faults.Name(claim.Map("metadata"), "name", at.Field("metadata"), Names.Label);
            PersistentVolumeClaimKind.Check(claim.Map("spec") ?? [], at.Field("spec"), faults);
        }
        foreach (var (field, policy) in spec.Map("persistentVolumeClaimRetentionPolicy") ?? [])
            if (policy?.ToString() is not ("Retain" or "Delete"))
                faults.NotSupported(Spec.Field("persistentVolumeClaimRetentionPolicy").Field(field), policy?.ToString() ?? "", ["Delete", "Retain"]);
    }

    private static void ValidateUpdate(JsonObject before, JsonObject after, Faults faults)
    {
        if (!JsonNode.DeepEquals(before.Map("spec").Without(Changeable), after.Map("spec").Without(Changeable)))
            faults.Forbidden(Spec, "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
    }
}
