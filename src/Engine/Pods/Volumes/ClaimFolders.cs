using System.Collections.Concurrent;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Storage;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>The folders of persistent volumes: made when a pod first has one, gone with the volume.</summary>
/// <param name="directory">Of the engine's, without links.</param>
internal sealed class ClaimFolders(ObjectStore store, string directory)
{
    private readonly ConcurrentDictionary<string, uint?> groups = new(StringComparer.Ordinal);
    private readonly Lock counting = new();
    /// <summary>How often each is open.</summary>
    private readonly Dictionary<string, int> open = new(StringComparer.Ordinal);
    /// <summary>Of volumes that are gone, while a pod still has them.</summary>
    private readonly HashSet<string> left = new(StringComparer.Ordinal);

    /// <summary>Makes the folder of a claim's volume, or finds it; <see cref="Close"/> is for when the pod has ended.</summary>
    /// <param name="group">Of the files that are made in it: the pod's fsGroup.</param>
    /// <exception cref="IOException">The claim has no volume, or it holds more than it may: the pod would be evicted at once, and the next one as well.</exception>
    public string Open(string inNamespace, string claim, uint? group)
    {
        var (folder, size) = Find(inNamespace, claim) ?? throw new IOException($"persistentvolumeclaim \"{claim}\" is not bound to a volume");
        Directory.CreateDirectory(folder);
        if (new DiskUsage().Of(folder) is var used && used > size)
            throw new IOException($"persistentvolumeclaim \"{claim}\" holds {used} bytes, more than its size of {size:0}");
        // A program may have closed its folder to others, as databases do: it stays so for the next pod, unless that one's group is another.
        if (!groups.TryGetValue(folder, out var before) || (group is not null && group != before))
        {
            VolumeOwnership.Share(folder, group);
            groups[folder] = group;
        }
        lock (counting)
            open[folder] = open.GetValueOrDefault(folder) + 1;
        return folder;
    }

    /// <returns>null where the claim has no volume; else its folder, and the bytes that it may hold.</returns>
    public (string Folder, decimal Size)? Find(string inNamespace, string claim) =>
        VolumeOf(inNamespace, claim) is { } volume ? (PathOf(volume), Quantity.Read(volume.View.Text("spec", "capacity", "storage"))?.Amount ?? 0) : null;

    /// <summary>The pod has it no longer.</summary>
    public void Close(string folder)
    {
        lock (counting)
        {
            if (--open[folder] > 0)
                return;
            open.Remove(folder);
            if (!left.Remove(folder))
                return;
        }
        Remove(folder);
    }

    /// <summary>What a volume held that is gone; one that was deleted by force goes with the last pod that has it.</summary>
    public void Delete(StoredObject volume)
    {
        var folder = PathOf(volume);
        lock (counting)
        {
            if (open.ContainsKey(folder))
            {
                left.Add(folder);
                return;
            }
        }
        Remove(folder);
    }

    private void Remove(string folder)
    {
        groups.TryRemove(folder, out _);
        FolderTree.Delete(folder);
    }

    /// <summary>All of it. No pod runs any more.</summary>
    public void DeleteAll()
    {
        foreach (var folder in Directory.GetDirectories(directory))
            FolderTree.Delete(folder);
    }

    /// <summary>No pod may write to a volume that is for reading alone.</summary>
    public bool IsReadOnly(string inNamespace, string claim) =>
        KubernetesObject.Texts(store.Find(new(Kinds.PersistentVolumeClaim, inNamespace, claim))?.View.At("spec", "accessModes")) is ["ReadOnlyMany"];

    /// <summary>By what no two volumes share, whatever their names are.</summary>
    private string PathOf(StoredObject volume) => Path.Combine(directory, volume.View.Uid);

    /// <summary>A claim may name any volume; it has the one that is bound to it.</summary>
    private StoredObject? VolumeOf(string inNamespace, string claim)
    {
        if (store.Find(new(Kinds.PersistentVolumeClaim, inNamespace, claim)) is not { } found || found.View.Text("spec", "volumeName") is not { Length: > 0 } name)
            return null;
        var volume = store.Find(new(Kinds.PersistentVolume, "", name));
        return volume?.View.Text("spec", "claimRef", "uid") == found.View.Uid ? volume : null;
    }
}
