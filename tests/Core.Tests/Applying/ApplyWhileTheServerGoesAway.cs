using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Runs.Applying;
using Kontrakt.Tests.Clusters;

namespace Kontrakt.Tests.Applying;

[TestClass]
public sealed class ApplyWhileTheServerGoesAway
{
    private const int Objects = 300;

    private static readonly string ManyConfigMaps = string.Join("\n---\n", Enumerable.Range(0, Objects)
        .Select(number => $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: map-{number}}}\ndata: {{text: {new string('x', 2000)}}}"));

    [TestMethod]
    [Timeout(180_000)]
    public async Task GoesOnWhenItComesBack()
    {
        await using var cluster = TestCluster.Open();
        using var relay = new TcpRelay(cluster.Connection.Server);
        var lease = await ThroughAsync(cluster, relay, TimeSpan.FromMinutes(1));

        var applying = ApplyAsync(cluster, lease);
        await HalfWayAsync(relay, applying);
        relay.Cut();
        Assert.IsNull(await cluster.FindNamespaceAsync("kc-none")); // Some of the server's time passes.
        relay.Mend();
        await applying;

        var there = 0;
        await foreach (var _ in cluster.Admin.ListAsync(ApiResource.ConfigMaps, new(lease.Namespace) { LabelSelector = "kontrakt/run" }, CancellationToken.None))
            there++;
        Assert.AreEqual(Objects, there);
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task SaysOnceThatItDoesNotComeBack()
    {
        await using var cluster = TestCluster.Open();
        using var relay = new TcpRelay(cluster.Connection.Server);
        var lease = await ThroughAsync(cluster, relay, TimeSpan.FromSeconds(2));

        var applying = ApplyAsync(cluster, lease);
        await HalfWayAsync(relay, applying);
        relay.Cut();
        var e = await Assert.ThrowsExactlyAsync<KontraktException>(() => applying);
        var deleted = await new Leases(lease.Caller, TestCluster.Settings(), cluster.Log).DeleteAsync(lease);

        Assert.AreEqual("KTR3009", e.Diagnostics.Single().Code);
        Assert.AreEqual(TestManifests.File, e.Diagnostics.Single().Location?.File);
        Assert.IsFalse(deleted);
        Assert.AreEqual(Severity.Warning, cluster.Log.Diagnostics.Single().Severity);
        Assert.AreEqual("KTR3016", cluster.Log.Diagnostics.Single().Code);
    }

    /// <summary>A lease whose every request goes through the relay.</summary>
    private static async Task<Lease> ThroughAsync(TestCluster cluster, TcpRelay relay, TimeSpan budget)
    {
        var direct = await cluster.AcquireAsync("kc-away");
        var caller = relay.Connect(cluster.Connection, budget);
        return direct with { Caller = caller, Account = caller.As((ClusterIdentity.Token)direct.Account.Connection.Identity) };
    }

    private static Task ApplyAsync(TestCluster cluster, Lease lease) =>
        KontraktApplier.ApplyAsync(new(lease, TestManifests.Parse(ManyConfigMaps), TestCluster.Settings(), cluster.Log, ""), CancellationToken.None);

    private static async Task HalfWayAsync(TcpRelay relay, Task applying)
    {
        while (relay.Sent < 100_000 && !applying.IsCompleted)
            await Task.Delay(1);
    }
}
