using System.Text.Json.Nodes;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Runs.Applying;
using Kontrakt.Settings;
using Kontrakt.Tests.Applying;

namespace Kontrakt.Tests.Clusters;

/// <summary>KontraktNamespace: leases in a namespace that is not theirs.</summary>
[TestClass]
public sealed class SharedNamespaces
{
    private const string Manifests = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db}
        spec:
          replicas: 1
          serviceName: db
          selector: {matchLabels: {app: db}}
          template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: unused.example/none}]}}
          volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: smoke, labels: {kontrakt: test}}
        spec: {containers: [{name: main, image: unused.example/none}]}
        """;

    [TestMethod]
    [Timeout(180_000)]
    [TestCategory("not-on-the-engine")]
    public async Task KeepWhatIsNotTheRuns()
    {
        await using var cluster = TestCluster.Open();
        var ns = await cluster.CreateNamespaceAsync("kc-shared");
        await cluster.CreateAsync("v1", "ConfigMap", ns, "not-ours");
        var settings = TestCluster.Settings() with { Namespace = ns };
        var lease = await cluster.AcquireAsync("kc-shared", settings);

        await ApplyAsync(cluster, lease, settings, Manifests);
        var smoke = await cluster.Admin.FindAsync(new(ApiResource.Pods, ns, "smoke"), CancellationToken.None);
        await new Leases(lease.Caller, settings, cluster.Log).DeleteAsync(lease);

        Assert.AreEqual(lease.ServiceAccount, smoke!.Text("spec", "serviceAccountName"));
        Assert.AreEqual("", await LeftAsync(cluster, ns, lease), cluster.Log.Text);
        Assert.IsNotNull(await cluster.Admin.FindAsync(new(ApiResource.ConfigMaps, ns, "not-ours"), CancellationToken.None));
        Assert.IsEmpty(cluster.Log.Diagnostics);
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task LeaveAloneObjectsOfTheSameName()
    {
        await using var cluster = TestCluster.Open();
        var ns = await cluster.CreateNamespaceAsync("kc-clash");
        await cluster.CreateAsync("v1", "ConfigMap", ns, "settings", ("data", new JsonObject { ["whose"] = "theirs" }));
        var settings = TestCluster.Settings() with { Namespace = ns };
        var lease = await cluster.AcquireAsync("kc-clash", settings);

        var e = await Assert.ThrowsExactlyAsync<KontraktException>(() => ApplyAsync(cluster, lease, settings, Manifests));

        Assert.AreEqual("KTR3014", e.Diagnostics.Single().Code);
        Assert.AreEqual(3, e.Diagnostics.Single().Location!.Line);
        var theirs = await cluster.Admin.FindAsync(new(ApiResource.ConfigMaps, ns, "settings"), CancellationToken.None);
        Assert.AreEqual("theirs", theirs!.Text("data", "whose"));
    }

    [TestMethod]
    [Timeout(180_000)]
    [TestCategory("not-on-the-engine")]
    public async Task LetOneOfTwoRunsHaveAName()
    {
        await using var cluster = TestCluster.Open();
        var ns = await cluster.CreateNamespaceAsync("kc-race");
        var settings = TestCluster.Settings() with { Namespace = ns };
        var leases = await Task.WhenAll(cluster.AcquireAsync("kc-race", settings), cluster.AcquireAsync("kc-race", settings));

        var results = await Task.WhenAll(leases.Select(async lease =>
        {
            try
            {
                await ApplyAsync(cluster, lease, settings, Manifests);
                return "applied";
            }
            catch (KontraktException e)
            {
                return string.Join(' ', e.Diagnostics.Select(each => each.Code).Distinct());
            }
        }));

        Assert.IsLessThanOrEqualTo(1, results.Count(result => result == "applied"), string.Join(", ", results));
        Assert.Contains("KTR3014", results);
    }

    [TestMethod]
    [Timeout(180_000)]
    [TestCategory("not-on-the-engine")]
    public async Task AreReapedToo()
    {
        await using var cluster = TestCluster.Open();
        var ns = await cluster.CreateNamespaceAsync("kc-reap");
        var settings = TestCluster.Settings() with { Namespace = ns };
        var lease = await cluster.AcquireAsync("kc-reap", settings);
        await ApplyAsync(cluster, lease, settings, Manifests);
        await cluster.Admin.MergePatchAsync(new(ApiResource.ServiceAccounts, ns, lease.ServiceAccount),
            new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["kontrakt/owner"] = OwnersOfLeases.WithPid(int.MaxValue) } } }, CancellationToken.None);

        await new Reaper(cluster.Admin, settings, cluster.Log).ReapAsync(CancellationToken.None);

        Assert.AreEqual("", await LeftAsync(cluster, ns, lease), cluster.Log.Text);
    }

    [TestMethod]
    [Timeout(180_000)]
    [TestCategory("not-on-the-engine")]
    public async Task OfBuildsAreReapedWhereverKontraktsRun()
    {
        await using var cluster = TestCluster.Open();
        var ns = await cluster.CreateNamespaceAsync("kc-reap");
        var settings = TestCluster.Settings() with { BuildNamespace = ns };
        var lease = await cluster.AcquireAsync("image builds", settings with { Namespace = ns });
        await ApplyAsync(cluster, lease, settings, Manifests);
        await cluster.Admin.MergePatchAsync(new(ApiResource.ServiceAccounts, ns, lease.ServiceAccount),
            new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["kontrakt/owner"] = OwnersOfLeases.WithPid(int.MaxValue) } } }, CancellationToken.None);

        await new Reaper(cluster.Admin, settings, cluster.Log).ReapAsync(CancellationToken.None);

        Assert.AreEqual("", await LeftAsync(cluster, ns, lease), cluster.Log.Text);
    }

    [TestMethod]
    [Timeout(180_000)]
    [TestCategory("not-on-the-engine")]
    public async Task OpenAgainInAnotherProcess()
    {
        await using var cluster = TestCluster.Open();
        var ns = await cluster.CreateNamespaceAsync("kc-open");
        var settings = TestCluster.Settings() with { Namespace = ns };
        var lease = await cluster.AcquireAsync("kc-open", settings, detached: true);

        var again = await new Leases(cluster.Admin, settings, cluster.Log).OpenAsync(lease, CancellationToken.None);
        using (again.Account)
        {
            await ApplyAsync(cluster, again, settings, Manifests);
            await new Leases(lease.Caller, settings, cluster.Log).DeleteAsync(again);
        }

        Assert.AreEqual("", await LeftAsync(cluster, ns, lease), cluster.Log.Text);
        var gone = await Assert.ThrowsExactlyAsync<KontraktException>(() =>
            new Leases(cluster.Admin, settings, cluster.Log).OpenAsync(lease, CancellationToken.None));
        Assert.AreEqual("KTR3017", gone.Diagnostics.Single().Code);
    }

    private static Task ApplyAsync(TestCluster cluster, Lease lease, KontraktSettings settings, string yaml) =>
        KontraktApplier.ApplyAsync(new(lease, TestManifests.Parse(yaml), settings, cluster.Log, ""), CancellationToken.None);

    /// <summary>What is the run's: by its label, by its account's name, or by the manifests. What else a server puts into a namespace is its own affair.</summary>
    private static async Task<string> LeftAsync(TestCluster cluster, string ns, Lease lease)
    {
        var applied = TestManifests.Parse(Manifests).Objects.Select(manifest => manifest.Object.Name).ToList();
        var found = new List<string>();
        foreach (var kind in await ServerKinds.DeletableAsync(cluster.Admin, CancellationToken.None))
        {
            await foreach (var each in cluster.Admin.ListAsync(kind, new(ns), CancellationToken.None))
            {
                if (each.Labels.ContainsKey("kontrakt/run") || each.Name.StartsWith(lease.ServiceAccount, StringComparison.Ordinal) || each.Name.Split('-', '.').Any(applied.Contains))
                    found.Add($"{kind.Kind.Kind.ToLowerInvariant()}/{each.Name}");
            }
        }
        return string.Join(' ', found.Order(StringComparer.Ordinal));
    }
}
