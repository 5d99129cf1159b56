using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Tests.Clusters;

namespace Kontrakt.Tests.Judging;

/// <summary>What is made in the namespace while a kontrakt runs is as secret as what its manifests have.</summary>
[TestClass]
public sealed class SecretsOfANamespace
{
    private const string Value = "made-by-a-pod-4711";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task AreKnownToACallerWhoMayNotReadThem()
    {
        await using var cluster = TestCluster.Open();
        using var caller = await cluster.AsUserAsync($"no-secrets-{TestCluster.NewRunId()}", ("", "pods", "get"));
        var lease = await cluster.AcquireAsync("k");
        await cluster.CreateAsync(lease.Namespace, Secret());

        var redactor = await new NamespaceSecrets().RedactorAsync(new(lease, caller, lease.Account), Nothing(), TestContext.CancellationToken);

        Assert.AreEqual(Redactor.Mask, redactor.Redact(Value));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task StayKnownAfterTheyWereDeleted()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("k");
        var secrets = new NamespaceSecrets();
        await cluster.CreateAsync(lease.Namespace, Secret());
        await secrets.RedactorAsync(lease, Nothing(), TestContext.CancellationToken);

        await cluster.Admin.DeleteAsync(new(ApiResource.Secrets, lease.Namespace, "made"), new(), TestContext.CancellationToken);
        var redactor = await secrets.RedactorAsync(lease, Nothing(), TestContext.CancellationToken);

        Assert.AreEqual(Redactor.Mask, redactor.Redact(Value));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreReadAgainForEachPartOfALogThatIsFollowed()
    {
        var pipe = new Pipe();
        var redactor = Redactor.None;
        await using var lines = LogReader.ReadAsync(pipe.Reader.AsStream(), _ => Task.FromResult(redactor), TestContext.CancellationToken).GetAsyncEnumerator(TestContext.CancellationToken);

        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes("begins\n"), TestContext.CancellationToken);
        Assert.IsTrue(await lines.MoveNextAsync());
        redactor = Redactor.For([new(Secret())], []);
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($"it is {Value}\n"), TestContext.CancellationToken);
        Assert.IsTrue(await lines.MoveNextAsync());

        Assert.AreEqual($"it is {Redactor.Mask}", lines.Current);
    }

    private static JsonObject Secret() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject { ["name"] = "made" },
        ["data"] = new JsonObject { ["value"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(Value)) },
    };

    private static KontraktManifests Nothing() => new(new("k", "", [], null), [], [], [], []);
}
