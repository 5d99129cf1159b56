using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Where claims get their volumes from: a folder of the engine's, or what somebody has made before.</summary>
internal static class StorageClassKind
{
    /// <summary>The engine itself; also the driver of its volumes.</summary>
    public const string Provisioner = "folder.kontrakt";
    private const string None = "kubernetes.io/no-provisioner";
    private const string DefaultMark = "storageclass.kubernetes.io/is-default-class";

    public static ServedKind Kind { get; } = new(Kinds.StorageClass)
    {
        Default = value =>
        {
            value.Default("reclaimPolicy", "Delete");
            value.Default("volumeBindingMode", "Immediate");
        },
        Validate = Validate,
        ValidateUpdate = (before, after, faults) =>
        {
            foreach (var field in (ReadOnlySpan<string>)["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"])
                faults.Fixed(before, after, field, Place.Root);
        },
        Table = new([TableColumn.ObjectName, new("Provisioner"), new("ReclaimPolicy"), new("VolumeBindingMode"), new("AllowVolumeExpansion"), TableColumn.Age],
            (item, now) => [IsDefault(item) ? $"{item.Name} (default)" : item.Name, item.Text("provisioner"), item.Text("reclaimPolicy"), item.Text("volumeBindingMode"), item.Text("allowVolumeExpansion") == "true" ? "true" : "false", Ages.Of(item, now)]),
    };

    /// <summary>That of claims that name none. Its name is the one that most clusters on one machine have.</summary>
    public static JsonObject Standard
    {
        get
        {
            var item = Kinds.StorageClass.New("standard");
            item.Metadata()["annotations"] = new JsonObject { [DefaultMark] = "true" };
            item["provisioner"] = Provisioner;
            item["allowVolumeExpansion"] = true;
            return item;
        }
    }

    /// <summary>The default; of several, the youngest. Null for none.</summary>
    public static StoredObject? DefaultOf(ObjectStore store) => store.List(Kinds.StorageClass).Items.Where(item => IsDefault(item.View))
        .OrderByDescending(item => item.View.Text("metadata", "creationTimestamp"), StringComparer.Ordinal).ThenBy(item => item.Key.Name, StringComparer.Ordinal).FirstOrDefault();

    private static bool IsDefault(KubernetesObject item) => item.Annotations.GetValueOrDefault(DefaultMark) == "true";

    private static void Validate(JsonObject value, Faults faults)
    {
        if (value.Text("provisioner") is not { Length: > 0 } provisioner)
            faults.Required(Place.Of("provisioner"));
        else if (provisioner is not (Provisioner or None))
            faults.Absent(Place.Of("provisioner"), $"provisioner '{provisioner}', only '{Provisioner}'");
        foreach (var field in (ReadOnlySpan<string>)["parameters", "mountOptions", "allowedTopologies"])
            if (value[field] is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
                faults.Absent(Place.Of(field), $"{field} for its folders");
    }
}
