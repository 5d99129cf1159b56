using System.Globalization;
using Kontrakt.Clusters;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Tests.Clusters;

[TestClass]
public sealed class LeaseOnACluster
{
    [TestMethod]
    [Timeout(180_000)]
    public async Task HasANamespaceThatSaysWhoseItIs()
    {
        await using var cluster = TestCluster.Open();

        var lease = await cluster.AcquireAsync("kc-says", TestCluster.Settings() with { SourceReference = "abc123" });

        var ns = await cluster.FindNamespaceAsync(lease.Namespace);
        Assert.IsNotNull(ns);
        Assert.StartsWith("kontrakt-kc-says-", ns.Name);
        Assert.AreEqual(lease.RunId, ns.Labels["kontrakt/run"]);
        Assert.AreEqual("kc-says", ns.Labels["kontrakt/name"]);
        Assert.AreEqual(LeaseOwner.Current(), ns.Labels["kontrakt/owner"]);
        Assert.AreEqual("abc123", ns.Annotations["kontrakt/source-reference"]);
        Assert.IsGreaterThan(DateTimeOffset.UtcNow, DateTimeOffset.Parse(ns.Annotations["kontrakt/expires"], CultureInfo.InvariantCulture));
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task IsReadyForPodsAtOnce()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-ready");

        foreach (var account in (string[])["kontrakt", "default"])
        {
            var pod = KubernetesObjects.Pod(account, "unused.example/none", account);
            var made = await lease.Account.CreateAsync(ApiResource.Pods, lease.Namespace, pod, CancellationToken.None);

            Assert.AreEqual(account, made.Text("spec", "serviceAccountName"), cluster.Log.Text);
        }
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task IsDeletedToTheEnd()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-deleted");

        var deleted = await new Leases(lease.Caller, TestCluster.Settings(), cluster.Log).DeleteAsync(lease);

        Assert.IsTrue(deleted, cluster.Log.Text);
        Assert.IsNull(await cluster.FindNamespaceAsync(lease.Namespace), cluster.Log.Text);
        Assert.IsEmpty(cluster.Log.Diagnostics);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task IsDeletedWithoutWaitingForDeafPods()
    {
        await using var cluster = TestCluster.Open();
        var image = await TestImage.BusyboxAsync();
        var lease = await cluster.AcquireAsync("kc-deaf");
        var pod = KubernetesObjects.Pod("deaf", image);
        pod.Json["spec"]!["containers"]![0]!["command"] = new System.Text.Json.Nodes.JsonArray("sleep", "3600");
        pod.Json["spec"]!["terminationGracePeriodSeconds"] = 600;
        await lease.Account.CreateAsync(ApiResource.Pods, lease.Namespace, pod, CancellationToken.None);
        await foreach (var change in cluster.Admin.WatchAsync(ApiResource.Pods, new(lease.Namespace), CancellationToken.None))
        {
            if (change.Object?.Text("status", "phase") == "Running")
                break;
        }

        await new Leases(lease.Caller, TestCluster.Settings() with { DeleteTimeout = TimeSpan.FromMinutes(4) }, cluster.Log).DeleteAsync(lease);

        Assert.IsEmpty(cluster.Log.Diagnostics, cluster.Log.Text);
        Assert.IsNull(await cluster.FindNamespaceAsync(lease.Namespace));
    }

    /// <summary>A namespace controller that met a pod twice looks again only after half of its grace period, here 5 min.</summary>
    [TestMethod]
    [Timeout(300_000)]
    public async Task IsDeletedAsSoonAsASlowPodIsGone()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-slow");
        var pod = KubernetesObjects.Pod("slow", await TestImage.BusyboxAsync());
        pod.Json["spec"]!["terminationGracePeriodSeconds"] = 600;
        pod.Json["metadata"]!["finalizers"] = new System.Text.Json.Nodes.JsonArray("example.com/slow");
        await lease.Account.CreateAsync(ApiResource.Pods, lease.Namespace, pod, CancellationToken.None);

        var deleting = new Leases(lease.Caller, TestCluster.Settings() with { DeleteTimeout = TimeSpan.FromMinutes(2) }, cluster.Log).DeleteAsync(lease);
        await MetTwiceAsync(cluster, lease.Namespace);
        await cluster.Admin.MergePatchAsync(new(ApiResource.Pods, lease.Namespace, "slow"), new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["finalizers"] = null } }, CancellationToken.None);

        await deleting;
        Assert.IsEmpty(cluster.Log.Diagnostics, cluster.Log.Text);
        Assert.IsNull(await cluster.FindNamespaceAsync(lease.Namespace));
    }

    /// <summary>The first look changes the namespace's conditions, the second comes 5 s after that change and leaves no trace but the time that has gone by.</summary>
    private static async Task MetTwiceAsync(TestCluster cluster, string ns)
    {
        await foreach (var change in cluster.Admin.WatchAsync(ApiResource.Namespaces, new(null) { FieldSelector = $"metadata.name={ns}" }, CancellationToken.None))
        {
            if (change.Object?.Items("status", "conditions").Any(condition => condition["type"]?.ToString() == "NamespaceContentRemaining" && condition["status"]?.ToString() == "True") == true)
                break;
        }
        await Task.Delay(TimeSpan.FromSeconds(10));
    }
}
