using System.Text;
using System.Text.Json.Nodes;
using Engine.Tests.Pods.Network;
using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Pods;
using Kontrakt.Engine.Pods.Events;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Logs;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Pods.Scheduling;
using Kontrakt.Engine.Registry;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;

namespace Engine.Tests.Pods;

/// <summary>
/// A node that runs pods: store, scheduler, kubelet, network and images, all but the API's HTTP. What is waited for is seen by watching.
/// Ends the test as inconclusive where the machine does not allow it.
/// </summary>
internal sealed class EngineFixture : IAsyncDisposable
{
    public const string Image = "test.registry:5000/busybox:1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("kontrakt-kubelet-");
    private readonly DirectoryInfo memory = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"kontrakt-{Guid.NewGuid():N}"));
    private readonly CancellationTokenSource end = new();
    private readonly List<IDisposable> parts = [];
    private Task running = Task.CompletedTask;
    private int named;

    private EngineFixture()
    {
        Objects = TestCluster.Empty(Store);
        TestCluster.AddNamespace(Objects, "ns");
        Objects.Create(Kinds.ConfigMap, "ns", Parse("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-root-ca.crt}\ndata: {ca.crt: a certificate}"));
        Usages = Keep(new PodUsages(UsageTime));
        Tokens = Keep(new TokenIssuer(Store, TimeProvider.System));
    }

    public ObjectStore Store { get; } = new();
    public ClusterObjects Objects { get; }
    public PodLogs Logs { get; } = new(TimeProvider.System);
    public PodExec Exec { get; } = new();
    /// <summary>By which usages are measured: a rate takes two moments, and no test waits for the second.</summary>
    public AdjustableTime UsageTime { get; } = new();
    public PodUsages Usages { get; }
    public TokenIssuer Tokens { get; }
    public string PodsFolder => Path.Combine(folder.FullName, "pods");
    public string VolumesFolder => Path.Combine(folder.FullName, "volumes");
    public string MemoryFolder => memory.FullName;

    public static async Task<EngineFixture> StartAsync(Func<KubeletOptions, KubeletOptions>? change = null)
    {
        var engine = new EngineFixture();
        await engine.RunAsync(change ?? (options => options));
        return engine;
    }

    /// <param name="spec">YAML of a pod's spec; "IMAGE" stands for busybox.</param>
    /// <param name="metadata">YAML, beside the name.</param>
    public ObjectKey Create(string spec, string metadata = "{}") => Create(Objects, spec, metadata);

    /// <summary>A pod as no client can write it, since validation refuses it: the node does not rely on that.</summary>
    public ObjectKey CreateUnchecked(string spec) => Create(new(Store, [], TimeProvider.System), spec, "{}");

    private ObjectKey Create(ClusterObjects objects, string spec, string metadata)
    {
        var name = $"p{Interlocked.Increment(ref named)}";
        var json = Parse($"apiVersion: v1\nkind: Pod\nmetadata: {metadata}\nspec:\n{Indented(spec.Replace("IMAGE", Image, StringComparison.Ordinal))}");
        json["metadata"]!["name"] = name;
        return objects.Create(Kinds.Pod, "ns", json).Key;
    }

    public StoredObject CreateObject(ResourceKind kind, string yaml) => Objects.Create(kind, "ns", Parse(yaml));

    public KubernetesObject Get(ObjectKey key) => Store.Find(key)?.View ?? throw new InvalidOperationException($"there is no {key}");

    public async Task<KubernetesObject> UntilAsync(ObjectKey key, Func<KubernetesObject, bool> condition)
    {
        await UntilAsync(() => Store.Find(key) is { } found && condition(found.View), () => Describe(key));
        return Get(key);
    }

    /// <summary>A container's status, as soon as it is as it should be.</summary>
    public async Task<KubernetesObject> ContainerAsync(ObjectKey key, string container, Func<KubernetesObject, bool> condition)
    {
        await UntilAsync(key, pod => Container(pod, container) is { } status && condition(status));
        return Container(Get(key), container)!;
    }

    /// <summary>The pod when its phase is Succeeded or Failed.</summary>
    public Task<KubernetesObject> EndAsync(ObjectKey key) => UntilAsync(key, pod => pod.Text("status", "phase") is "Succeeded" or "Failed");

    public Task UntilGoneAsync(ObjectKey key) => UntilAsync(() => Store.Find(key) is null, () => Describe(key));

    public async Task<string> LogAsync(ObjectKey key, string? container = null, bool previous = false)
    {
        using var output = new MemoryStream();
        await Logs.ReadAsync(Store.Find(key)!, new(container) { Previous = previous }, output, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>What the pod's only container has written when it has ended.</summary>
    public async Task<string> OutputAsync(ObjectKey key)
    {
        var pod = await EndAsync(key);
        Assert.AreNotEqual("StartError", pod.Text("status", "containerStatuses", 0, "state", "terminated", "reason"), Describe(key));
        return await LogAsync(key);
    }

    /// <summary>"reason: message" of every event about a pod.</summary>
    public IReadOnlyList<string> Events(ObjectKey key) =>
        [.. Store.List(Kinds.Event, "ns").Items.Where(item => item.View.Text("involvedObject", "name") == key.Name).Select(item => $"{item.View.Text("reason")}: {item.View.Text("message")}")];

    public Task UntilEventAsync(ObjectKey key, string text) => UntilAsync(() => Events(key).Any(each => each.Contains(text, StringComparison.Ordinal)), () => Describe(key));

    public static KubernetesObject? Container(KubernetesObject pod, string name) =>
        pod.Items("status", "initContainerStatuses").Concat(pod.Items("status", "containerStatuses")).Where(each => each["name"]?.ToString() == name).Select(each => new KubernetesObject(each)).FirstOrDefault();

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var part in parts.AsEnumerable().Reverse())
            part.Dispose();
        FolderTree.Delete(folder.FullName);
        memory.Delete(recursive: true);
    }

    private async Task RunAsync(Func<KubeletOptions, KubeletOptions> change)
    {
        var layer = await BusyboxImages.LayerAsync(folder.FullName);
        var node = Keep(NetworkRights.OrSkip(NodeNetwork.Create));
        var registry = Keep(new BlobStore(new() { Directory = Path.Combine(folder.FullName, "registry") }));
        BusyboxImages.Put(registry, layer, "busybox", config => config);
        BusyboxImages.Put(registry, layer, "app", config => config with { User = "app", WorkingDirectory = "/home/app", Entrypoint = ["echo", "entry"], Command = ["point"], StopSignal = "SIGINT" });
        var kubelet = new Kubelet(new()
        {
            Objects = Objects,
            Images = Keep(new ImageStore(registry, new() { Directory = Path.Combine(folder.FullName, "images"), OwnRegistries = ["test.registry:5000"] })),
            Node = node,
            Network = new(node),
            Tokens = Tokens,
            Logs = Logs,
            Exec = Exec,
            Usages = Usages,
        }, change(new() { Directory = PodsFolder, VolumesDirectory = VolumesFolder, MemoryDirectory = memory.FullName }));
        running = Task.WhenAll(kubelet.RunAsync(end.Token), new Scheduler(Objects).RunAsync(end.Token), new EventExpiry(Objects).RunAsync(end.Token));
    }

    private T Keep<T>(T part) where T : IDisposable
    {
        parts.Add(part);
        return part;
    }

    private async Task UntilAsync(Func<bool> condition, Func<string> describe)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var from = Store.Revision;
            if (condition())
                return;
            await foreach (var _ in Store.WatchAsync(null, null, from, limit.Token))
            {
                if (condition())
                    return;
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Assert.Fail($"not within {Patience}: {describe()}");
        }
    }

    private string Describe(ObjectKey key) =>
        $"{Store.Find(key)?.View.Json["status"]?.ToJsonString() ?? "it is gone"}\n{string.Join('\n', Events(key))}{(running.IsFaulted ? $"\n{running.Exception}" : "")}";

    private static JsonObject Parse(string yaml) => (JsonObject)YamlFile.Parse("test.yaml", yaml).Documents.Single().ToJson()!;

    private static string Indented(string yaml) => string.Concat(yaml.Split('\n').Select(line => $"  {line}\n"));
}
