using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>A folder of the engine's, which a claim has or may have.</summary>
internal static class PersistentVolumeKind
{
    public const string Finalizer = "kubernetes.io/pv-protection";
    private static readonly Place Spec = Place.Of("spec");
    private static readonly string[] Sources = ["csi", "hostPath", "local", "nfs"];

    public static ServedKind Kind { get; } = new(Kinds.PersistentVolume)
    {
        Default = value =>
        {
            var spec = value.Always("spec");
            spec.Default("persistentVolumeReclaimPolicy", "Retain");
            spec.Default("volumeMode", "Filesystem");
        },
        FirstStatus = () => new() { ["phase"] = "Pending" },
        Admit = (write, _) => Protect(write, Finalizer),
        Validate = Validate,
        ValidateUpdate = (before, after, faults) =>
        {
            foreach (var source in Sources)
                faults.Fixed(before.Map("spec"), after.Map("spec"), source, Spec);
        },
        Controller = objects => new VolumeController(objects),
        Table = new(
            [
                TableColumn.ObjectName, new("Capacity"), new("Access Modes"), new("Reclaim Policy"), new("Status"), new("Claim"), new("StorageClass"), new("VolumeAttributesClass"), new("Reason"), TableColumn.Age,
                TableColumn.Wide("VolumeMode"),
            ],
            (item, now) =>
            [
                item.Name, item.Text("spec", "capacity", "storage"), AccessModes.Short(item.At("spec", "accessModes")), item.Text("spec", "persistentVolumeReclaimPolicy"), Phase(item), Claim(item),
                item.Text("spec", "storageClassName"), "<unset>", item.Text("status", "reason"), Ages.Of(item, now), item.Text("spec", "volumeMode"),
            ]),
    };

    /// <summary>What is in use is not gone before its use has ended, whoever deletes it.</summary>
    public static void Protect(Write write, string finalizer)
    {
        if (write.Verb == WriteVerb.Create && !KubernetesObject.Texts(write.Object.Metadata()["finalizers"]).Contains(finalizer))
            write.Object.Metadata().AlwaysList("finalizers").Add(finalizer);
    }

    /// <summary>As tables show it: what is being deleted says so.</summary>
    public static string Phase(KubernetesObject item) => PodState.IsBeingDeleted(item) ? "Terminating" : item.Text("status", "phase");

    private static string Claim(KubernetesObject item) => item.At("spec", "claimRef") is null ? "" : $"{item.Text("spec", "claimRef", "namespace")}/{item.Text("spec", "claimRef", "name")}";

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        AccessModes.Check(spec, Spec, faults);
        AccessModes.Size(spec.Map("capacity"), Spec.Field("capacity"), faults);
        var sources = Sources.Where(spec.Has).ToList();
        if (sources.Count == 0)
            faults.Required(Spec, "must specify a volume type");
        foreach (var further in sources.Skip(1))
            faults.Forbidden(Spec.Field(further), "may not specify more than 1 volume type");
        foreach (var source in sources)
            if (source != "csi")
                faults.Absent(Spec.Field(source), $"{source} volumes");
            else if (spec.Map("csi").Text("driver") is var driver && driver != StorageClassKind.Provisioner)
                faults.Absent(Spec.Field("csi").Field("driver"), $"driver '{driver}', only '{StorageClassKind.Provisioner}'");
        if (spec.Text("persistentVolumeReclaimPolicy") == "Recycle")
            faults.Absent(Spec.Field("persistentVolumeReclaimPolicy"), "recycling of volumes");
        if (spec.Has("nodeAffinity"))
            faults.Absent(Spec.Field("nodeAffinity"), "volumes of one of several nodes");
        if (spec.List("mountOptions") is { Count: > 0 })
            faults.Absent(Spec.Field("mountOptions"), "mountOptions for its folders");
    }
}
