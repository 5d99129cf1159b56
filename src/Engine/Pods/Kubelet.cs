using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Lifecycle;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Pods.Scheduling;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Pods.Storage;
using Kontrakt.Engine.Pods.Volumes;
using Kontrakt.Engine.Registry;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods;

/// <summary>Runs the pods that are given to the node, and says how they are.</summary>
public sealed class Kubelet
{
    private const long Gibibyte = 1 << 30;
    private readonly Dictionary<string, PodWorker> workers = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly KubeletParts parts;
    private readonly KubeletOptions options;
    private readonly NodeCapacity capacity;
    private readonly EventRecorder events;
    private readonly StorageWatch storage;
    private readonly ClaimFolders claims;

    /// <summary>Takes hold of its folders, and clears what a crash left in them.</summary>
    public Kubelet(KubeletParts parts, KubeletOptions options)
    {
        this.parts = parts;
        this.options = options = options with { Directory = TakeFolder(options.Directory), MemoryDirectory = TakeFolder(options.MemoryDirectory), VolumesDirectory = TakeFolder(options.VolumesDirectory) };
        claims = new(parts.Objects.Store, options.VolumesDirectory);
        capacity = NodeCapacity.OfThisMachine(options.Directory);
        events = new(parts.Objects, "kubelet", options.NodeName);
        var disk = new DiskReserve(options.Directory, options.DiskReserveBytes);
        storage = new(disk, options.PodStorageBytes ?? Math.Clamp(disk.Free / 4, Gibibyte, 10 * Gibibyte), Report, parts.Objects.Time);
    }

    private static IPAddress Address => ClusterAddresses.Node;

    /// <summary>Until it is cancelled; then every pod has ended, and nothing of it is left.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        NodeObject.Register(parts.Objects, options.NodeName, Address.ToString(), capacity);
        var store = parts.Objects.Store;
        try
        {
            await Task.WhenAll(
                storage.RunAsync(cancellationToken),
                new KindWatch(store, Kinds.Pod, events).RunAsync(Take, Remove, cancellationToken),
                new KindWatch(store, Kinds.PersistentVolume, events).RunAsync(_ => { }, claims.Delete, cancellationToken),
                new KindWatch(store, Kinds.ConfigMap, events).RunAsync(Changed, Changed, cancellationToken),
                new KindWatch(store, Kinds.Secret, events).RunAsync(Changed, Changed, cancellationToken));
        }
        finally
        {
            await EndAsync();
        }
    }

    /// <summary>On the node: no pod is to blame.</summary>
    private void Report(string failure) => events.Warning(
        new(new() { ["apiVersion"] = "v1", ["kind"] = "Node", ["metadata"] = new JsonObject { ["name"] = options.NodeName } }), "EvictionThresholdCheckFailed", failure);

    private void Take(StoredObject item)
    {
        if (item.View.Text("spec", "nodeName") != options.NodeName)
            return;
        lock (gate)
        {
            if (workers.TryGetValue(item.View.Uid, out var worker))
            {
                worker.Update(item);
                return;
            }
            worker = new(Context(item));
            workers[item.View.Uid] = worker;
            worker.Start(item);
        }
    }

    private void Remove(StoredObject item)
    {
        lock (gate)
        {
            if (!workers.TryGetValue(item.View.Uid, out var worker))
                return;
            worker.Removed();
            _ = ForgetAsync(item.View.Uid, worker);
        }
    }

    private async Task ForgetAsync(string uid, PodWorker worker)
    {
        await worker.Done;
        lock (gate)
            workers.Remove(uid);
        worker.Dispose();
    }

    private void Changed(StoredObject item)
    {
        lock (gate)
        {
            foreach (var worker in workers.Values.Where(worker => worker.Pod.Namespace == item.Key.Namespace && worker.References.Contains((item.Key.Kind, item.Key.Name))))
                worker.ReferencesChanged();
        }
    }

    private async Task EndAsync()
    {
        List<PodWorker> all;
        lock (gate)
            all = [.. workers.Values];
        foreach (var worker in all)
            worker.EndWithEngine();
        await Task.WhenAll(all.Select(worker => worker.Done));
        claims.DeleteAll();
    }

    private PodContext Context(StoredObject item)
    {
        var pod = new PodDefinition(item);
        var directory = Path.Combine(options.Directory, pod.Uid);
        var tokens = new PodTokens(request => Issue(pod, request), parts.Objects.Time);
        return new()
        {
            Pod = pod,
            Parts = parts,
            Options = options,
            Capacity = capacity,
            Board = new(pod, parts.Objects, Address.ToString()),
            Events = new(events, pod.View, parts.Objects.Time),
            Volumes = new(pod, new(pod, parts.Objects.Store, capacity, tokens), directory, Path.Combine(options.MemoryDirectory, pod.Uid), claims),
            Dialer = new(parts.Node.ConnectAsync),
            Storage = storage,
            Claims = claims,
            Changed = new(),
            Directory = directory,
        };
    }

    private PodToken Issue(PodDefinition pod, PodTokenRequest request)
    {
        var account = parts.Objects.Store.Find(new(Kinds.ServiceAccount, pod.Namespace, pod.ServiceAccount))
            ?? throw new ContainerConfigException($"failed to fetch token: serviceaccounts \"{pod.ServiceAccount}\" not found");
        var token = parts.Tokens.Issue(new(pod.Namespace, pod.ServiceAccount, account.View.Uid, request.Audience is null ? [] : [request.Audience],
            TimeSpan.FromSeconds(request.Seconds), new("Pod", pod.Name, pod.Uid)));
        return new(token.Value, token.Expires);
    }

    /// <returns>Its path without links: what is mounted from below it is opened without following any.</returns>
    private static string TakeFolder(string folder)
    {
        foreach (var entry in Directory.CreateDirectory(folder).EnumerateDirectories())
            FolderTree.Delete(entry.FullName);
        return ContainedPath.Real(folder);
    }
}
