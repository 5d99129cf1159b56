using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Tests.Clusters;

/// <summary>What becomes of leases: deleted, stuck, kept, reaped.</summary>
[TestClass]
public sealed class EndsOfLeases
{
    private static readonly ResourceName Held = new(ApiResource.ConfigMaps, null, "held");

    [TestMethod]
    [Timeout(180_000)]
    public async Task AStuckDeletionSaysWhatIsInItsWay()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-stuck");
        await lease.Account.CreateAsync(ApiResource.ConfigMaps, lease.Namespace, KubernetesObjects.ConfigMap("held", "example.com/hold"), CancellationToken.None);

        var underWay = await new Leases(lease.Caller, TestCluster.Settings() with { DeleteTimeout = TimeSpan.FromSeconds(12) }, cluster.Log).DeleteAsync(lease);
        await cluster.Admin.MergePatchAsync(Held with { Namespace = lease.Namespace }, new() { ["metadata"] = new JsonObject { ["finalizers"] = null } }, CancellationToken.None);

        Assert.IsTrue(underWay);
        var warning = cluster.Log.Diagnostics.Single();
        Assert.AreEqual("KTR3011", warning.Code);
        Assert.AreEqual(Severity.Warning, warning.Severity);
        Assert.Contains("NamespaceContentRemaining", warning.Message);
        Assert.Contains("configmaps/held (finalizers: example.com/hold)", warning.Message);
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task ADeletionNeedsNoRightToWatchNamespaces()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-nowatch");
        using var user = await cluster.AsUserAsync($"kc-nowatch-{Guid.NewGuid():N}", ("", "namespaces", "get,delete"));

        await new Leases(user, TestCluster.Settings(), cluster.Log).DeleteAsync(lease);

        Assert.IsEmpty(cluster.Log.Diagnostics, cluster.Log.Text);
        Assert.IsNull(await cluster.FindNamespaceAsync(lease.Namespace));
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task AClusterThatDoesNotAnswerIsNotDeletingAnything()
    {
        await using var cluster = TestCluster.Open();
        using var relay = new TcpRelay(cluster.Connection.Server);
        var lease = await cluster.AcquireAsync("kc-silent");
        using var cut = relay.Connect(cluster.Connection, TimeSpan.FromMinutes(1));
        relay.Cut();

        var underWay = await new Leases(cut, TestCluster.Settings() with { DeleteTimeout = TimeSpan.FromSeconds(2) }, cluster.Log).DeleteAsync(lease);

        Assert.IsFalse(underWay);
        Assert.AreEqual("KTR3016", cluster.Log.Diagnostics.Single().Code);
        Assert.IsNotNull(await cluster.FindNamespaceAsync(lease.Namespace));
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task ANamespaceThatIsThereAlreadyIsLeftAsItIs()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-twice");

        var e = await Assert.ThrowsExactlyAsync<KontraktException>(() => cluster.AcquireAsync("kc-twice", runId: lease.RunId));

        Assert.AreEqual("KTR3010", e.Diagnostics.Single().Code);
        Assert.AreEqual("Active", (await cluster.FindNamespaceAsync(lease.Namespace))?.Text("status", "phase"));
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task ARefusedDeletionIsAWarning()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-norights");
        using var nobody = cluster.AsUser("kc-nobody");

        var underWay = await new Leases(nobody, TestCluster.Settings(), cluster.Log).DeleteAsync(lease);

        Assert.IsFalse(underWay);
        Assert.AreEqual("KTR3016", cluster.Log.Diagnostics.Single().Code);
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task ARecordedLeaseThatIsGoneIsDeletedAlready()
    {
        await using var cluster = TestCluster.Open();

        var done = await new Leases(cluster.Admin, TestCluster.Settings(), cluster.Log).DeleteAsync(new("kc-gone", "test-gone1", "kontrakt-kc-gone-none", "kontrakt", Created: true));

        Assert.IsTrue(done);
        Assert.IsEmpty(cluster.Log.Diagnostics, cluster.Log.Text);
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task ARecordedLeaseNeedsNoAccountToBeDeleted()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-noaccount");
        await cluster.Admin.DeleteAsync(new(ApiResource.ServiceAccounts, lease.Namespace, lease.ServiceAccount), new(), CancellationToken.None);

        var done = await new Leases(cluster.Admin, TestCluster.Settings(), cluster.Log).DeleteAsync(new(lease.Kontrakt, lease.RunId, lease.Namespace, lease.ServiceAccount, lease.Created));

        Assert.IsTrue(done);
        Assert.IsEmpty(cluster.Log.Diagnostics, cluster.Log.Text);
        Assert.IsNull(await cluster.FindNamespaceAsync(lease.Namespace));
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task ASharedNamespaceWithoutTheAccountHasNothingLeft()
    {
        await using var cluster = TestCluster.Open();
        var ns = await cluster.CreateNamespaceAsync("kc-nothing");

        var done = await new Leases(cluster.Admin, TestCluster.Settings(), cluster.Log).DeleteAsync(new("kc-nothing", "test-gone2", ns, "kontrakt-kc-nothing", Created: false));

        Assert.IsTrue(done);
        Assert.IsEmpty(cluster.Log.Diagnostics, cluster.Log.Text);
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task AnotherRunsNamespaceIsNotDeleted()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-others");

        await new Leases(lease.Caller, TestCluster.Settings(), cluster.Log).DeleteAsync(lease with { RunId = "another-run1" });

        Assert.AreEqual("KTR3016", cluster.Log.Diagnostics.Single().Code);
        Assert.AreEqual("", (await cluster.FindNamespaceAsync(lease.Namespace))!.Text("metadata", "deletionTimestamp"));
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task KeepingMovesTheExpiryAndSaysHowToLook()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-kept");

        await new Leases(lease.Caller, TestCluster.Settings(), cluster.Log).KeepAsync(lease, CancellationToken.None);

        var ns = await cluster.FindNamespaceAsync(lease.Namespace);
        Assert.IsGreaterThan(DateTimeOffset.UtcNow.AddHours(23), DateTimeOffset.Parse(ns!.Annotations["kontrakt/expires"], CultureInfo.InvariantCulture));
        Assert.AreEqual(LeaseOwner.Kept, ns.Labels["kontrakt/owner"]);
        Assert.Contains(lease.Caller.Connection.Name == "kontrakt-engine" ? "kubectl --kubeconfig '" : $"kubectl --context {lease.Caller.Connection.Name} ", cluster.Log.Text);
        Assert.Contains($" -n {lease.Namespace} get all,events", cluster.Log.Text);
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task TheReaperTakesWhatIsExpiredOrWhoseProcessIsGone()
    {
        await using var cluster = TestCluster.Open();
        var living = await cluster.AcquireAsync("kc-living");
        var detached = await cluster.AcquireAsync("kc-detached", detached: true);
        var expired = await cluster.AcquireAsync("kc-expired", detached: true);
        var orphaned = await cluster.AcquireAsync("kc-orphaned");
        var elsewhere = await cluster.AcquireAsync("kc-elsewhere");
        await MarkAsync(cluster, expired, "annotations", "kontrakt/expires", "2020-01-01T00:00:00Z");
        await MarkAsync(cluster, orphaned, "labels", "kontrakt/owner", OwnersOfLeases.WithPid(int.MaxValue));
        await MarkAsync(cluster, elsewhere, "labels", "kontrakt/owner", "0123456789ab.2147483647.1");

        await Task.WhenAll(ReapAsync(cluster.Admin, cluster.Log), ReapAsync(cluster.Admin, cluster.Log));

        foreach (var (lease, reaped) in (ValueTuple<Lease, bool>[])[(living, false), (detached, false), (expired, true), (orphaned, true), (elsewhere, false)])
            Assert.AreEqual(reaped, await IsGoingAsync(cluster, lease), $"{lease.Kontrakt}\n{cluster.Log.Text}");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TheReaperDoesWithoutTheRightToLook()
    {
        await using var cluster = TestCluster.Open();
        using var nobody = cluster.AsUser("kc-nobody");

        await ReapAsync(nobody, cluster.Log);

        Assert.Contains("right to list namespaces", cluster.Log.Text);
        Assert.IsEmpty(cluster.Log.Diagnostics);
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task AnAcquisitionThatIsCancelledLeavesNothing()
    {
        await using var cluster = TestCluster.Open();
        var run = TestCluster.NewRunId();
        using var cancelled = new CancellationTokenSource();
        var settings = TestCluster.Settings();
        var name = LeaseNames.Unique("kc-cancelled", run);
        using var watching = new CancellationTokenSource();
        var seen = CancelWhenThereAsync(cluster, name, cancelled, watching.Token);

        try
        {
            cluster.Forget(await new Leases(cluster.Admin, settings, cluster.Log).AcquireAsync("kc-cancelled", run, detached: false, cancelled.Token));
            Assert.Inconclusive("the lease was faster than its cancellation");
        }
        catch (OperationCanceledException)
        {
            await seen;
        }

        var left = await cluster.FindNamespaceAsync(name);
        Assert.IsTrue(left is null || left.Text("metadata", "deletionTimestamp").Length > 0, cluster.Log.Text);
    }

    private static async Task CancelWhenThereAsync(TestCluster cluster, string name, CancellationTokenSource cancelled, CancellationToken cancellationToken)
    {
        await foreach (var change in cluster.Admin.WatchAsync(ApiResource.Namespaces, new(null) { FieldSelector = $"metadata.name={name}" }, cancellationToken))
        {
            if (change.Type != WatchEventType.Added)
                continue;
            await cancelled.CancelAsync();
            return;
        }
    }

    private static Task ReapAsync(ClusterClient client, ListLog log) => new Reaper(client, TestCluster.Settings(), log).ReapAsync(CancellationToken.None);

    private static Task MarkAsync(TestCluster cluster, Lease lease, string where, string name, string value) =>
        cluster.Admin.MergePatchAsync(new(ApiResource.Namespaces, null, lease.Namespace),
            new() { ["metadata"] = new JsonObject { [where] = new JsonObject { [name] = value } } }, CancellationToken.None);

    private static async Task<bool> IsGoingAsync(TestCluster cluster, Lease lease) =>
        await cluster.FindNamespaceAsync(lease.Namespace) is not { } there || there.Text("metadata", "deletionTimestamp").Length > 0;
}
