using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Tool.Tests;

/// <summary>On the engine, a kontrakt reaches what it is let out to, and one that is not let out learns what it asked for.</summary>
[TestClass]
public sealed class WaysOut
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task AreOpenToWhatIsNamed()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        await using var outside = await StartAsync();
        using var folder = Kontrakt(place.Image, $"test \"$(wget -q -O - http://{outside.Urls.Single()["http://".Length..]}/greeting)\" = hello");

        await place.RunAsync(0, folder.Path, "--egress-allow", "127.0.0.1");
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task AreNamedToWhoHasNone()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        using var folder = Kontrakt(place.Image, "nslookup api.shop.example.");

        var output = await place.RunAsync(1, folder.Path);

        Assert.Contains($"{folder.At("out-kontrakt/pod.yaml")}(1,1): warning KTR4054: pod client did not get out of the engine: it asked for the address of 'api.shop.example', which is outside of the engine: --egress lets pods reach it", output);
    }

    /// <summary>In a namespace that exists already, other pods are nobody's business.</summary>
    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task AreNotMissedForPodsOfOthers()
    {
        await using var place = await RunPlace.FindAsync("engine", TestContext.CancellationToken);
        using var client = new ClusterClient(place.Connection);
        await client.CreateAsync(ApiResource.Namespaces, null, new((JsonObject)JsonNode.Parse("""{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shared"}}""")!), TestContext.CancellationToken);
        await client.CreateAsync(ApiResource.Pods, "shared", new((JsonObject)JsonNode.Parse($$$"""
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "stranger"}, "spec": {"terminationGracePeriodSeconds": 0,
             "containers": [{"name": "main", "image": "{{{place.Image}}}", "command": ["sh", "-c", "nslookup api.stranger.example.; exec sleep 1000"]}] } }
            """)!), TestContext.CancellationToken);
        await foreach (var change in client.WatchAsync(ApiResource.Core("Event", "events"), new("shared"), TestContext.CancellationToken))
            if (change.Object?.Text("reason") == "EgressRefused")
                break;
        using var folder = Kontrakt(place.Image, "exit 1");

        var output = await place.RunAsync(1, folder.Path, "-n", "shared");

        Assert.Contains("error KTR4001: ", output);
        Assert.DoesNotContain("KTR4054", output);
    }

    private static TempFolder Kontrakt(string image, string script)
    {
        var folder = new TempFolder();
        folder.Write("out-kontrakt/pod.yaml", $$$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: client, labels: {kontrakt: test}}
            spec: {restartPolicy: Never, containers: [{name: main, image: '{{{image}}}', command: [sh, -c, '{{{script.Replace("'", "''", StringComparison.Ordinal)}}}']}]}
            """);
        return folder;
    }

    private static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        server.MapGet("/greeting", () => "hello");
        await server.StartAsync();
        return server;
    }
}
