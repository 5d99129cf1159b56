using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Oci.Registry;
using Kontrakt.Tests;

namespace Tool.Tests.Engines;

/// <summary>Pods that do nothing for long, with limits and a volume.</summary>
internal static class SleepingPods
{
    private static readonly ApiResource Pods = ApiResource.Core("Pod", "pods", namespaced: true);

    /// <summary>Creates pods; returns when some of them are running.</summary>
    public static async Task StartAsync(TestEngine engine, int count, int running, CancellationToken cancellationToken)
    {
        using var registry = new RegistryClient(engine.Login());
        var image = await TestImage.BusyboxAsync(engine.Handshake.Registry, registry);
        using var client = engine.Client();
        for (var number = 0; number < count; number++)
            await client.CreateAsync(Pods, "default", Pod($"sleeper-{number}", image), cancellationToken);
        var up = new HashSet<string>();
        await foreach (var change in client.WatchAsync(Pods, new("default"), cancellationToken))
        {
            if (change.Object is { } pod && pod.Text("status", "phase") == "Running")
                up.Add(pod.Name);
            if (up.Count >= running)
                return;
        }
    }

    private static KubernetesObject Pod(string name, string image) => new(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["volumes"] = new JsonArray(new JsonObject { ["name"] = "empty", ["emptyDir"] = new JsonObject() }, new JsonObject { ["name"] = "memory", ["emptyDir"] = new JsonObject { ["medium"] = "Memory" } }),
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "main",
                ["image"] = image,
                ["command"] = new JsonArray("sleep", "100000"),
                ["resources"] = new JsonObject { ["limits"] = new JsonObject { ["memory"] = "32Mi" } },
                ["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "empty", ["mountPath"] = "/empty" }, new JsonObject { ["name"] = "memory", ["mountPath"] = "/memory" }),
            }),
        },
    });
}
