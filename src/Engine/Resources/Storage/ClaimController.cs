using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Gives claims their volumes: one that exists and fits, else one that their class makes.</summary>
internal sealed class ClaimController : IReconciler
{
    private readonly ClusterObjects objects;
    private readonly EventRecorder events;

    public ClaimController(ClusterObjects objects)
    {
        this.objects = objects;
        events = new(objects, "persistentvolume-controller");
    }

    public string Name => "persistentvolumeclaim-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change)
    {
        var item = change.Object;
        if (item.Key.Kind == Kinds.PersistentVolumeClaim)
            return [item.Key];
        if (item.Key.Kind == Kinds.Pod)
            return PodClaims.Of(item.View).Select(claim => new ObjectKey(Kinds.PersistentVolumeClaim, item.Key.Namespace, claim.Claim));
        return item.Key.Kind == Kinds.StorageClass || item.Key.Kind == Kinds.PersistentVolume
            ? objects.Store.List(Kinds.PersistentVolumeClaim).Items.Where(claim => IsOf(item, claim)).Select(claim => claim.Key) : [];
    }

    /// <summary>Whether a class or a volume can be news for a claim: many may wait for others.</summary>
    private static bool IsOf(StoredObject item, StoredObject claim)
    {
        var isBound = claim.View.Text("status", "phase") == "Bound";
        if (item.Key.Kind == Kinds.StorageClass)
            return !isBound && claim.View.Text("spec", "storageClassName") == item.Key.Name;
        if (claim.View.Text("spec", "volumeName") is { Length: > 0 } named)
            return named == item.Key.Name;
        return !isBound && item.View.Text("spec", "claimRef", "uid") is var owner && (owner.Length == 0 ? item.View.Text("spec", "storageClassName") == claim.View.Text("spec", "storageClassName") : owner == claim.View.Uid);
    }

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { } claim)
            return null;
        if (claim.IsBeingDeleted)
            LetGo(claim);
        else if (claim.View.Text("status", "phase") is "Bound")
            Keep(claim);
        else if (VolumeFor(claim) is { } volume)
            Bind(claim, volume);
        return null;
    }

    /// <summary>Not before the last pod is gone that has it, as in Kubernetes also one that has ended.</summary>
    private void LetGo(StoredObject claim)
    {
        // A pod that waits for a node has not got it yet, and will not get it any more.
        if (!PodsOf(claim).Any(pod => pod.View.Text("spec", "nodeName").Length > 0))
            objects.TryUpdate(claim, item => item.Metadata().RemoveText("finalizers", PersistentVolumeClaimKind.Finalizer));
    }

    private IEnumerable<StoredObject> PodsOf(StoredObject claim) => objects.Store.List(Kinds.Pod, claim.Key.Namespace).Items
        .Where(pod => PodClaims.Of(pod.View).Any(each => each.Claim == claim.Key.Name));

    /// <summary>A larger claim gets a larger volume; one whose volume is gone is lost.</summary>
    private void Keep(StoredObject claim)
    {
        if (objects.Store.Find(new(Kinds.PersistentVolume, "", claim.View.Text("spec", "volumeName"))) is not { } volume || volume.View.Text("spec", "claimRef", "uid") != claim.View.Uid)
        {
            objects.UpdateStatus(claim.Key, item => item.Always("status")["phase"] = "Lost");
            events.Warning(claim.View, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
            return;
        }
        var size = claim.View.Text("spec", "resources", "requests", "storage");
        if (AccessModes.SizeOf(claim.View, "spec", "resources", "requests", "storage") <= AccessModes.SizeOf(claim.View, "status", "capacity", "storage"))
            return;
        objects.TryUpdate(volume, item => item.Always("spec").Always("capacity")["storage"] = size);
        objects.UpdateStatus(claim.Key, item => item.Always("status").Always("capacity")["storage"] = size);
        events.Normal(claim.View, "VolumeResizeSuccessful", "Resize volume succeeded");
    }

    private StoredObject? VolumeFor(StoredObject claim)
    {
        if (claim.View.Text("spec", "volumeName") is { Length: > 0 } name)
            return objects.Store.Find(new(Kinds.PersistentVolume, "", name)) is { } named && IsFree(named, claim) ? Checked(named, claim) : null;
        var fitting = objects.Store.List(Kinds.PersistentVolume).Items.Where(volume => IsFree(volume, claim) && Fits(volume.View, claim.View))
            .OrderBy(volume => volume.View.At("spec", "claimRef") is null).ThenBy(volume => AccessModes.SizeOf(volume.View, "spec", "capacity", "storage")).ThenBy(volume => volume.Key.Name, StringComparer.Ordinal);
        return fitting.FirstOrDefault() ?? Provision(claim);
    }

    /// <summary>One that was made for this claim need not fit; one that the claim just names must.</summary>
    private StoredObject? Checked(StoredObject volume, StoredObject claim)
    {
        if (volume.View.At("spec", "claimRef") is not null || Fits(volume.View, claim.View))
            return volume;
        events.Warning(claim.View, "VolumeMismatch", $"Cannot bind to requested volume \"{volume.Key.Name}\": its storageClassName, size, access modes or labels do not match");
        return null;
    }

    private static bool IsFree(StoredObject volume, StoredObject claim) => !volume.IsBeingDeleted && volume.View.Text("spec", "claimRef", "uid") is { } uid
        && (uid == claim.View.Uid || (uid.Length == 0 && (volume.View.At("spec", "claimRef") is null
            || (volume.View.Text("spec", "claimRef", "name"), volume.View.Text("spec", "claimRef", "namespace")) == (claim.Key.Name, claim.Key.Namespace))));

    private static bool Fits(KubernetesObject volume, KubernetesObject claim) => volume.Text("spec", "storageClassName") == claim.Text("spec", "storageClassName")
        && AccessModes.SizeOf(volume, "spec", "capacity", "storage") >= AccessModes.SizeOf(claim, "spec", "resources", "requests", "storage")
        && KubernetesObject.Texts(claim.At("spec", "accessModes")).All(KubernetesObject.Texts(volume.At("spec", "accessModes")).Contains)
        && (claim.At("spec", "selector") is not { } selector || LabelSelector.From(selector).Matches(volume.At("metadata", "labels") as JsonObject));

    /// <returns>null where there is none yet; an event says why.</returns>
    private StoredObject? Provision(StoredObject claim)
    {
        var name = claim.View.Text("spec", "storageClassName");
        var storage = objects.Store.Find(new(Kinds.StorageClass, "", name));
        if (name.Length == 0 || storage?.View.Text("provisioner") is { } provisioner && provisioner != StorageClassKind.Provisioner)
            events.Normal(claim.View, "FailedBinding", "no persistent volumes available for this claim and no storage class is set");
        else if (storage is null)
            events.Warning(claim.View, "ProvisioningFailed", $"storageclass.storage.k8s.io \"{name}\" not found");
        else if (storage.View.Text("volumeBindingMode") == "WaitForFirstConsumer" && !PodsOf(claim).Any())
            events.Normal(claim.View, "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
        else if (claim.View.At("spec", "selector") is not null)
            events.Warning(claim.View, "ProvisioningFailed", $"failed to provision volume with StorageClass \"{name}\": a claim with a selector gets no new volume, only one that its labels select");
        else
            return Make(claim, storage);
        return null;
    }

    private StoredObject Make(StoredObject claim, StoredObject storage)
    {
        var volume = Kinds.PersistentVolume.New($"pvc-{claim.View.Uid}");
        volume.Metadata()["annotations"] = new JsonObject { ["pv.kubernetes.io/provisioned-by"] = StorageClassKind.Provisioner };
        volume["spec"] = new JsonObject
        {
            ["accessModes"] = claim.View.At("spec", "accessModes")?.DeepClone(),
            ["capacity"] = new JsonObject { ["storage"] = claim.View.Text("spec", "resources", "requests", "storage") },
            ["claimRef"] = Reference(claim),
            ["csi"] = new JsonObject { ["driver"] = StorageClassKind.Provisioner, ["volumeHandle"] = claim.View.Uid },
            ["persistentVolumeReclaimPolicy"] = storage.View.Text("reclaimPolicy"),
            ["storageClassName"] = storage.Key.Name,
            ["volumeMode"] = "Filesystem",
        };
        var key = new ObjectKey(Kinds.PersistentVolume, "", volume.Metadata().Text("name"));
        if (objects.Store.Find(key) is { } made)
            return made;
        var created = objects.Create(Kinds.PersistentVolume, "", volume);
        events.Normal(claim.View, "ProvisioningSucceeded", $"Successfully provisioned volume {key.Name}");
        return created;
    }

    private void Bind(StoredObject claim, StoredObject volume)
    {
        objects.Update(volume.Key, item => item.Always("spec")["claimRef"] = Reference(claim));
        objects.Update(claim.Key, item =>
        {
            item.Always("spec")["volumeName"] = volume.Key.Name;
            var annotations = item.Metadata().Always("annotations");
            annotations["pv.kubernetes.io/bind-completed"] = "yes";
            if (claim.View.Text("spec", "volumeName").Length == 0)
                annotations["pv.kubernetes.io/bound-by-controller"] = "yes";
        });
        objects.UpdateStatus(claim.Key, item => item["status"] = new JsonObject
        {
            ["phase"] = "Bound",
            ["accessModes"] = volume.View.At("spec", "accessModes")?.DeepClone(),
            ["capacity"] = volume.View.At("spec", "capacity")?.DeepClone(),
        });
    }

    private static JsonObject Reference(StoredObject claim) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "PersistentVolumeClaim",
        ["name"] = claim.Key.Name,
        ["namespace"] = claim.Key.Namespace,
        ["uid"] = claim.View.Uid,
    };
}
