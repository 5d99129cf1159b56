using System.Collections.Concurrent;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>The folders of persistent volumes: made when a pod first has one, gone with the volume.</summary>
/// <param name="directory">Of the engine's, without links.</param>
internal sealed class ClaimFolders(ObjectStore store, string directory)
{
    private readonly ConcurrentDictionary<string, uint?> groups = new(StringComparer.Ordinal);

    /// <summary>Makes the folder of a claim's volume, or finds it.</summary>
    /// <param name="group">Of the files that are made in it: the pod's fsGroup.</param>
    /// <exception cref="IOException">The claim has no volume.</exception>
    public string Open(string inNamespace, string claim, uint? group)
    {
        var folder = Find(inNamespace, claim) ?? throw new IOException($"persistentvolumeclaim \"{claim}\" has no volume");
        Directory.CreateDirectory(folder);
        // A program may have closed its folder to others, as databases do: it stays so for the next pod, unless that one's group is another.
        if (!groups.TryGetValue(folder, out var before) || (group is not null && group != before))
            VolumeOwnership.Share(folder, groups[folder] = group);
        return folder;
    }

    /// <summary>null where the claim has no volume.</summary>
    public string? Find(string inNamespace, string claim) => VolumeOf(inNamespace, claim) is { } volume ? PathOf(volume) : null;

    /// <summary>Bytes that a claim's volume may hold.</summary>
    public decimal? Size(string inNamespace, string claim) => VolumeOf(inNamespace, claim) is { } volume ? Quantity.Read(volume.View.Text("spec", "capacity", "storage"))?.Amount : null;

    /// <summary>What a volume held that is gone.</summary>
    public void Delete(StoredObject volume)
    {
        FolderTree.Delete(PathOf(volume));
        groups.TryRemove(PathOf(volume), out _);
    }

    /// <summary>No pod may write to a volume that is for reading alone.</summary>
    public bool IsReadOnly(string inNamespace, string claim) =>
        KubernetesObject.Texts(store.Find(new(Kinds.PersistentVolumeClaim, inNamespace, claim))?.View.At("spec", "accessModes")) is ["ReadOnlyMany"];

    /// <summary>By what no two volumes share, whatever their names are.</summary>
    private string PathOf(StoredObject volume) => Path.Combine(directory, volume.View.Uid);

    private StoredObject? VolumeOf(string inNamespace, string claim) =>
        store.Find(new(Kinds.PersistentVolumeClaim, inNamespace, claim))?.View.Text("spec", "volumeName") is { Length: > 0 } name ? store.Find(new(Kinds.PersistentVolume, "", name)) : null;
}
