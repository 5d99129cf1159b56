using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engine.Tests.Controllers;

/// <summary>A store with the engine's rules and all controllers at work, and a clock that stands still. What is waited for is seen by watching, not by asking again.</summary>
internal sealed class RunningControllers : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly CancellationTokenSource end = new();
    private readonly ControllerHost host;
    private readonly Task running;

    /// <param name="rules">Beside those of the engine.</param>
    public RunningControllers(string inNamespace = "ns", params WriteRule[] rules)
        : this(_ => { }, inNamespace, rules)
    {
    }

    /// <param name="before">Makes what is there when the controllers begin.</param>
    public RunningControllers(Action<ClusterObjects> before, string inNamespace = "ns", params WriteRule[] rules)
    {
        Store = new();
        Objects = TestCluster.Empty(Store, Time, rules);
        before(Objects);
        Usages = new(Time);
        host = new(Objects, new("a certificate", new(IPAddress.Parse("10.96.0.1"), 443), Usages), NullLogger.Instance);
        running = host.RunAsync(end.Token);
        Namespace = inNamespace;
        TestCluster.AddNamespace(Objects, inNamespace);
    }

    public SteppedTime Time { get; } = new();
    public PodUsages Usages { get; }
    public ObjectStore Store { get; }
    public ClusterObjects Objects { get; }
    public string Namespace { get; }

    public ObjectKey Key(ResourceKind kind, string name) => new(kind, kind.Namespaced ? Namespace : "", name);

    public StoredObject Create(string yaml)
    {
        var item = Parse(yaml);
        var kind = ServedKinds.Find(Objects.Store, new KubernetesObject(item).GroupVersionKind) ?? throw new InvalidOperationException($"no kind for {yaml}");
        return Objects.Create(kind, kind.Namespaced ? Namespace : "", item, TestCluster.Tester);
    }

    public StoredObject Get(ObjectKey key) => Store.Find(key) ?? throw new InvalidOperationException($"there is no {key}");

    public IReadOnlyList<StoredObject> All(ResourceKind kind) => Store.List(kind, Namespace).Items;

    public void Update(ObjectKey key, Action<JsonObject> change) => Objects.Update(key, change, TestCluster.Tester);

    /// <summary>Merges a piece of YAML into an object's spec.</summary>
    public void UpdateSpec(ObjectKey key, string yaml) => Update(key, item =>
    {
        foreach (var (name, value) in Parse(yaml))
            item["spec"]![name] = value?.DeepClone();
    });

    /// <summary>The object, as soon as it is as it should be.</summary>
    public async Task<StoredObject> UntilAsync(ObjectKey key, Func<KubernetesObject, bool> condition)
    {
        await UntilAsync(() => Store.Find(key) is { } found && condition(found.View), () => Store.Find(key)?.View.Json.ToJsonString() ?? $"there is no {key}");
        return Get(key);
    }

    public Task UntilGoneAsync(ObjectKey key) => UntilAsync(() => Store.Find(key) is null, () => Store.Find(key)?.View.Json.ToJsonString() ?? "it is gone");

    public async Task UntilAsync(Func<bool> condition, Func<string>? describe = null)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var from = Store.Revision;
            if (condition())
                return;
            await foreach (var _ in Store.WatchAsync(null, null, from, limit.Token))
                if (condition())
                    return;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Assert.Fail($"it did not come to that: {describe?.Invoke()}");
        }
    }

    public IEnumerable<KubernetesObject> EventsAbout(string name) =>
        All(Kinds.Event).Select(item => item.View).Where(item => item.Text("involvedObject", "name") == name);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
        host.Dispose();
        Usages.Dispose();
        end.Dispose();
    }

    public static JsonObject Parse(string yaml) =>
        (JsonObject)YamlFile.Parse("test.yaml", yaml).Documents.Single().ToJson()!;
}
