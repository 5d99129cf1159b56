using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

internal static class PersistentVolumeClaimKind
{
    public const string Finalizer = "kubernetes.io/pvc-protection";
    private static readonly Place Spec = Place.Of("spec");

    public static ServedKind Kind { get; } = new(Kinds.PersistentVolumeClaim)
    {
        Default = value => value.Always("spec").Default("volumeMode", "Filesystem"),
        FirstStatus = () => new() { ["phase"] = "Pending" },
        Admit = Admit,
        Validate = (value, faults) => Check(value.Map("spec") ?? [], Spec, faults),
        ValidateUpdate = ValidateUpdate,
        Controller = objects => new ClaimController(objects),
        Table = new(
            [
                TableColumn.ObjectName, new("Status"), new("Volume"), new("Capacity"), new("Access Modes"), new("StorageClass"), new("VolumeAttributesClass"), TableColumn.Age,
                TableColumn.Wide("VolumeMode"),
            ],
            (item, now) =>
            [
                item.Name, PersistentVolumeKind.Phase(item), item.Text("spec", "volumeName"), item.Text("status", "capacity", "storage"), AccessModes.Short(item.At("status", "accessModes")),
                item.Text("spec", "storageClassName"), "<unset>", Ages.Of(item, now), item.Text("spec", "volumeMode"),
            ]),
    };

    /// <summary>Of a claim, and of a template of claims.</summary>
    public static void Check(JsonObject spec, Place place, Faults faults)
    {
        AccessModes.Check(spec, place, faults);
        AccessModes.Size(spec.Map("resources").Map("requests"), place.Field("resources").Field("requests"), faults);
        faults.Name(spec, "storageClassName", place, Names.Subdomain, required: false);
        if (spec.Map("selector") is { } selector)
            SelectorRules.Selector(selector, place.Field("selector"), faults);
        foreach (var field in (ReadOnlySpan<string>)["dataSource", "dataSourceRef"])
            if (spec.Map(field) is { Count: > 0 })
                faults.Absent(place.Field(field), "snapshots and copies of volumes");
    }

    private static void Admit(Write write, ObjectStore store)
    {
        PersistentVolumeKind.Protect(write, Finalizer);
        // Of those that say nothing; "" says that it shall have none.
        if (write.Verb == WriteVerb.Create && !write.Object.Always("spec").Has("storageClassName") && StorageClassKind.DefaultOf(store) is { } standard)
            write.Object.Always("spec")["storageClassName"] = standard.Key.Name;
        if (write is { Verb: WriteVerb.Update, Previous: { } previous } && Size(write.Object) > Size(previous.View.Json)
            && store.Find(new(Kinds.StorageClass, "", write.Object.Always("spec").Text("storageClassName")))?.View.Text("allowVolumeExpansion") != "true")
            throw StatusException.Forbidden(write.Key, "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize");
    }

    private static void ValidateUpdate(JsonObject before, JsonObject after, Faults faults)
    {
        var (old, next) = (before.Map("spec").Without("resources"), after.Map("spec").Without("resources"));
        if (!old.Has("volumeName") || old.Text("volumeName").Length == 0)
            next.Remove("volumeName"); // A claim without a volume may get one.
        old.Remove(old.Text("volumeName").Length == 0 ? "volumeName" : "");
        if (!JsonNode.DeepEquals(old, next))
            faults.Forbidden(Spec, "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
        if (Size(after) < Size(before))
            faults.Forbidden(Spec.Field("resources").Field("requests").Key("storage"), "field can not be less than previous value");
        else if (Size(after) > Size(before) && before.Map("status").Text("phase") != "Bound")
            faults.Forbidden(Spec, "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
    }

    private static decimal Size(JsonObject value) => AccessModes.SizeOf(new(value), "spec", "resources", "requests", "storage");
}
