using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Controllers;

/// <summary>A pod disruption budget says how many of its pods may be evicted, and an eviction asks it.</summary>
[TestClass]
public sealed class Budgets
{
    [TestMethod]
    [Timeout(120_000)]
    [DataRow("minAvailable: 2", 3, "3 3 2 1")]
    [DataRow("minAvailable: 50%", 3, "3 3 2 1")]
    [DataRow("maxUnavailable: 1", 3, "3 3 2 1")]
    [DataRow("maxUnavailable: 50%", 3, "3 3 1 2")]
    [DataRow("minAvailable: 5", 3, "3 3 5 0")]
    [DataRow("maxUnavailable: 0", 3, "3 3 3 0")]
    [DataRow("minAvailable: 0", 0, "0 0 0 0")]
    public async Task WhatIsAllowed(string spec, int replicas, string expected)
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        cluster.Create(Deployment(replicas));

        cluster.Create(Yaml(spec));

        await cluster.UntilAsync(Key(cluster), item => Shown(item) == expected && item.Condition("DisruptionAllowed")?.Text("status") == (expected.EndsWith(" 0", StringComparison.Ordinal) ? "False" : "True"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AnEvictionTakesWhatIsAllowedAndNoMore()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Deployment(2));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 2);
        foreach (var pod in cluster.All(Kinds.Pod))
            PodScript.Set(cluster, pod.Key, "Ready");
        cluster.Create(Yaml("minAvailable: 1"));
        await cluster.UntilAsync(Key(cluster), item => Shown(item) == "2 2 1 1");
        var (first, second) = (cluster.All(Kinds.Pod)[0].Key, cluster.All(Kinds.Pod)[1].Key);
        var evictions = new Evictions(cluster.Objects);

        evictions.Evict(first, new(DryRun: true), TestCluster.Tester);
        cluster.Update(first, item => item["metadata"]!["finalizers"] = new System.Text.Json.Nodes.JsonArray("example.com/held"));
        evictions.Evict(first, new(), TestCluster.Tester);
        var refused = Assert.ThrowsExactly<StatusException>(() => evictions.Evict(second, new(), TestCluster.Tester));

        Assert.AreEqual((429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget."), (refused.Code, refused.Reason, refused.Message));
        Assert.Contains("The disruption budget b needs 1 healthy pods and has", refused.Details!.ToJsonString());
        Assert.AreEqual("EvictionByEvictionAPI", cluster.Get(first).View.Condition("DisruptionTarget")?.Text("reason"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task APodThatServesNobodyMayGoWhileEnoughOthersDo()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Deployment(2));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 2);
        var (well, ill) = (cluster.All(Kinds.Pod)[0].Key, cluster.All(Kinds.Pod)[1].Key);
        PodScript.Set(cluster, ill, "NotReady");
        cluster.Create(Yaml("minAvailable: 1"));
        await cluster.UntilAsync(Key(cluster), item => Shown(item) == "2 0 1 0");
        var evictions = new Evictions(cluster.Objects);
        Assert.ThrowsExactly<StatusException>(() => evictions.Evict(ill, new(), TestCluster.Tester));

        PodScript.Set(cluster, well, "Ready");
        await cluster.UntilAsync(Key(cluster), item => Shown(item) == "2 1 1 0");

        evictions.Evict(ill, new(), TestCluster.Tester);
        Assert.ThrowsExactly<StatusException>(() => evictions.Evict(well, new(), TestCluster.Tester));
    }

    /// <summary>Controllers may own each other in a circle.</summary>
    [TestMethod]
    [Timeout(120_000)]
    public async Task ACircleOfControllersEndsNothing()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        var (a, b) = (cluster.Create(Set("a")), cluster.Create(Set("b")));
        foreach (var (item, owner) in ((StoredObject, StoredObject)[])[(a, b), (b, a)])
            cluster.Update(item.Key, set => set["metadata"]!["ownerReferences"] = new System.Text.Json.Nodes.JsonArray(OwnerReferences.ToController(owner)));

        cluster.Create(Yaml("maxUnavailable: 1"));

        await cluster.UntilAsync(Key(cluster), item => Shown(item) == "2 2 1 1");

        static string Set(string name) =>
            $"{{apiVersion: apps/v1, kind: ReplicaSet, metadata: {{name: {name}}}, spec: {{selector: {{matchLabels: {{set: {name}}}}}, template: {{metadata: {{labels: {{app: web, set: {name}}}}}, spec: {{containers: [{{name: c, image: one}}]}}}}}}}}";
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task TwoBudgetsForOnePodAreOneTooMany()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Deployment(1));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 1);
        PodScript.Set(cluster, cluster.All(Kinds.Pod)[0].Key, "Ready");
        cluster.Create(Yaml("minAvailable: 0"));
        cluster.Create(Yaml("minAvailable: 0", "c"));

        var refused = Assert.ThrowsExactly<StatusException>(() => new Evictions(cluster.Objects).Evict(cluster.All(Kinds.Pod)[0].Key, new(), TestCluster.Tester));

        Assert.Contains("more than one PodDisruptionBudget", refused.Message);
    }

    [TestMethod]
    [DataRow("minAvailable: 1, maxUnavailable: 1", "cannot be both set")]
    [DataRow("minAvailable: 101%", "must not be greater than 100%")]
    [DataRow("maxUnavailable: -1", "must be greater than or equal to 0")]
    [DataRow("minAvailable: some", "a valid percent string")]
    [DataRow("unhealthyPodEvictionPolicy: Never", "Unsupported value: \"Never\"")]
    public async Task WhatCannotBeIsRefused(string spec, string message)
    {
        await using var cluster = new RunningControllers();

        Assert.Contains(message, Assert.ThrowsExactly<StatusException>(() => cluster.Create(Yaml(spec))).Message);
    }

    private static string Shown(KubernetesObject item) => string.Join(' ', ((string[])["expectedPods", "currentHealthy", "desiredHealthy", "disruptionsAllowed"]).Select(field => item.Text("status", field)));

    private static ObjectKey Key(RunningControllers cluster) => cluster.Key(Kinds.PodDisruptionBudget, "b");

    private static string Yaml(string spec, string name = "b") => $$$"""
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: {{{name}}}}
        spec: {selector: {matchLabels: {app: web}}, {{{spec}}} }
        """;

    private static string Deployment(int replicas) => $$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec: {replicas: {{{replicas}}}, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: one}]} } }
        """;
}
