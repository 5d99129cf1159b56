using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;

namespace Bench;

/// <summary>engine-protobuf: 1,000 pods on the engine, each changed since they were listed last, are listed five times in protobuf, against the same in JSON.</summary>
internal static class EngineProtobufBenchmark
{
    private const int Count = 1000;
    private const int Lists = 5;

    public static Task RunAsync() => Engines.WithAsync(async (engine, _) =>
    {
        using var client = new ClusterClient(engine.Connection);
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = Trust(engine.Connection) } }) { BaseAddress = engine.Connection.Server };
        http.DefaultRequestHeaders.Authorization = new("Bearer", ((ClusterIdentity.Token)engine.Connection.Identity).Value);
        await PodRuns.InNamespaceAsync(client, async ns =>
        {
            await EachAsync(number => client.CreateAsync(ApiResource.Pods, ns, new(Pod(number)), CancellationToken.None));
            await Paired.RunAsync("engine-protobuf", "at most 1", pairs: 7,
                ("1,000 pods on the engine, changed and listed five times in protobuf", () => MeasureAsync(http, ns, "application/vnd.kubernetes.protobuf")),
                ("the same in JSON", () => MeasureAsync(http, ns, "application/json")));
            return 0;
        });
    });

    private static async Task<TimeSpan> MeasureAsync(HttpClient http, string ns, string form)
    {
        // What is written once for all readers has to be written again: the answers to these are in neither form.
        var mark = $"{{\"metadata\":{{\"labels\":{{\"mark\":\"{Guid.NewGuid():N}\"}}}}}}";
        await EachAsync(async number =>
        {
            using var patch = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/namespaces/{ns}/pods/{Name(number)}") { Content = new StringContent(mark, null, "application/merge-patch+json") };
            patch.Headers.Accept.ParseAdd("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
            using var patched = await http.SendAsync(patch);
            patched.EnsureSuccessStatusCode();
        });
        return await Paired.TimeAsync(async () =>
        {
            for (var list = 0; list < Lists; list++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/namespaces/{ns}/pods") { Headers = { { "Accept", form } } };
                using var answer = await http.SendAsync(request);
                answer.EnsureSuccessStatusCode();
            }
        });
    }

    private static X509ChainPolicy Trust(ClusterConnection connection)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        if (connection.CertificateAuthority is { } authority)
            policy.CustomTrustStore.ImportFromPem(Encoding.ASCII.GetString(authority.Span));
        return policy;
    }

    private static Task EachAsync(Func<int, Task> act) => Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) => await act(number));

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"pod-{number}");

    /// <summary>It waits for a node that does not exist.</summary>
    private static JsonObject Pod(int number) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = Name(number) },
        ["spec"] = new JsonObject
        {
            ["nodeSelector"] = new JsonObject { ["a"] = "b" },
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "image:1", ["env"] = new JsonArray(new JsonObject { ["name"] = "TEXT", ["value"] = "some text" }) }),
        },
    };
}
