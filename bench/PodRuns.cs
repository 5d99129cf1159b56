using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Bench;

/// <summary>Pods that run one program and end, made and watched as any client would.</summary>
internal static class PodRuns
{
    /// <summary>In a namespace of its own, which is deleted afterwards; the measure takes no part in that.</summary>
    public static async Task<T> InNamespaceAsync<T>(ClusterClient client, Func<string, Task<T>> measure)
    {
        var name = "bench-" + Guid.NewGuid().ToString("N")[..8];
        await client.CreateAsync(ApiResource.Namespaces, null, new(new() { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } }), CancellationToken.None);
        try
        {
            while (await client.FindAsync(new(ApiResource.ServiceAccounts, name, "default"), CancellationToken.None) is null)
                await Task.Delay(20);
            return await measure(name);
        }
        finally
        {
            await client.DeleteAsync(new(ApiResource.Namespaces, null, name), new(), CancellationToken.None);
        }
    }

    /// <summary>From the request that makes the pod to the event that says Succeeded.</summary>
    public static async Task<TimeSpan> OneAsync(ClusterClient client, string ns, string name, string image)
    {
        var clock = Stopwatch.StartNew();
        var made = await client.CreateAsync(ApiResource.Pods, ns, new(Pod(name, image)), CancellationToken.None);
        await foreach (var change in client.WatchAsync(ApiResource.Pods, new(ns) { FieldSelector = $"metadata.name={made.Name}" }, CancellationToken.None))
        {
            if (change.Object is { } pod && pod.Text("status", "phase") is "Succeeded" or "Failed")
                return pod.Text("status", "phase") == "Succeeded" ? clock.Elapsed : throw new InvalidOperationException($"the pod failed: {pod.Json}");
        }
        throw new InvalidOperationException("the watch ended");
    }

    /// <summary>Many of them, some at a time.</summary>
    public static Task<TimeSpan> ManyAsync(ClusterClient client, string ns, string image, int count, int atATime) => Paired.TimeAsync(() =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = atATime },
            async (number, _) => await OneAsync(client, ns, string.Create(CultureInfo.InvariantCulture, $"pod-{number}"), image)));

    private static JsonObject Pod(string name, string image) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["restartPolicy"] = "Never",
            ["terminationGracePeriodSeconds"] = 0,
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = image, ["command"] = new JsonArray("true") }),
        },
    };
}
