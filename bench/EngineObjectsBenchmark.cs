using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Bench;

/// <summary>engine-objects: 1,000 ConfigMaps created by eight at a time, seen by a watch, listed, and deleted one by one, against kube-apiserver.</summary>
internal static class EngineObjectsBenchmark
{
    private const int Count = 1000;

    public static Task RunAsync() => Engines.WithAsync(async (engine, _) =>
    {
        using var ours = new ClusterClient(engine.Connection);
        using var cluster = Engines.Cluster();
        await Paired.RunAsync("engine-objects", "at most 1", pairs: 5,
            ("1,000 ConfigMaps on the engine: create, watch, list, delete", () => PodRuns.InNamespaceAsync(ours, ns => MeasureAsync(ours, ns))),
            ("the same on kube-apiserver", () => PodRuns.InNamespaceAsync(cluster, ns => MeasureAsync(cluster, ns))));
    });

    private static Task<TimeSpan> MeasureAsync(ClusterClient client, string ns) => Paired.TimeAsync(async () =>
    {
        using var enough = new CancellationTokenSource();
        var watching = WatchAsync(client, ns, enough.Token);
        await EachAsync(name => client.CreateAsync(ApiResource.ConfigMaps, ns, new(ConfigMap(name)), CancellationToken.None));
        await watching;
        var listed = 0;
        await foreach (var map in client.ListAsync(ApiResource.ConfigMaps, new(ns), CancellationToken.None))
            listed += map.Name.StartsWith("map-", StringComparison.Ordinal) ? 1 : 0;
        if (listed != Count)
            throw new InvalidOperationException($"{listed} of {Count} were listed");
        await EachAsync(name => client.DeleteAsync(new(ApiResource.ConfigMaps, ns, name), new(), CancellationToken.None));
    });

    /// <summary>Ends when every one has been seen.</summary>
    private static async Task WatchAsync(ClusterClient client, string ns, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var change in client.WatchAsync(ApiResource.ConfigMaps, new(ns), cancellationToken))
        {
            if (change.Object is { } map && map.Name.StartsWith("map-", StringComparison.Ordinal) && seen.Add(map.Name) && seen.Count == Count)
                return;
        }
    }

    private static Task EachAsync(Func<string, Task> act) => Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 8 },
        async (number, _) => await act(string.Create(CultureInfo.InvariantCulture, $"map-{number}")));

    private static JsonObject ConfigMap(string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["data"] = new JsonObject { ["text"] = "some text that is neither short nor long" },
    };
}
