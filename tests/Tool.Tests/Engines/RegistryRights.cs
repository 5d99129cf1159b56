using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Tests;

namespace Tool.Tests.Engines;

/// <summary>What pods may do in a running engine's registry: later builds start from what is there.</summary>
[TestClass, OSCondition(OperatingSystems.Linux), SupportedOSPlatform("linux")]
public sealed class RegistryRights
{
    private const string Registry = "registry.kontrakt-system.svc:5000";
    private static readonly ApiResource Pods = ApiResource.Core("Pod", "pods", namespaced: true);

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("")]
    [DataRow("nobody")]
    public async Task ArePullingForAPodAndPushingForTheEnginesUser(string user)
    {
        await using var engine = new TestEngine(Token, user);
        var registry = (await engine.StartAsync()).Registry;
        using var client = new RegistryClient(user.Length == 0 ? new() : engine.Login());
        var image = ImageReference.Parse(await TestImage.BusyboxAsync(registry, client));
        var by = image.Repository;

        // nc prints the whole answer, whatever its status. What it sends stays open until there is one: the server takes an end for a client that has gone.
        var script = string.Join('\n', ((string[])
        [
            $"GET /v2/{by}/tags/list", $"POST /v2/{by}/blobs/uploads/", $"PUT /v2/{by}/manifests/1", $"DELETE /v2/{by}/manifests/1", "PUT /v2/kontext-extractor/manifests/0123",
        ]).Select(request => $"printf '{request} HTTP/1.0\\r\\nHost: {Registry}\\r\\nContent-Length: 0\\r\\n\\r\\n' >/tmp/request; : >/tmp/answer; (cat /tmp/request; until test -s /tmp/answer; do :; done) | nc {Registry.Replace(':', ' ')} >/tmp/answer; read version status rest </tmp/answer; echo {request.Split(' ')[0]} $status"));
        var log = await RunAsync(engine, image.ToString(), script);

        Assert.AreEqual("GET 200\nPOST 401\nPUT 401\nDELETE 401\nPUT 401\n", log);
        Assert.AreEqual(image.Digest, (await client.ResolveAsync(image.WithDigest(null).WithTag("1"), Token))?.Digest);
    }

    private async Task<string> RunAsync(TestEngine engine, string image, string script)
    {
        using var client = engine.Client();
        await client.CreateAsync(Pods, "default", new(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = "pusher" },
            ["spec"] = new JsonObject
            {
                ["restartPolicy"] = "Never",
                ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = image, ["command"] = new JsonArray("sh", "-c", script) }),
            },
        }), Token);
        await foreach (var change in client.WatchAsync(Pods, new("default"), Token))
        {
            if (change.Object is { Name: "pusher" } pod && pod.Text("status", "phase") is "Succeeded" or "Failed")
                break;
        }
        using var log = new StreamReader(await client.OpenLogAsync("default", "pusher", new("main"), Token));
        return await log.ReadToEndAsync(Token);
    }
}
