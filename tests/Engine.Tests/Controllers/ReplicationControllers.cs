using Kontrakt.Engine.Store;

namespace Engine.Tests.Controllers;

/// <summary>The older form of a replica set: the same, with a plain map as its selector.</summary>
[TestClass]
public sealed class ReplicationControllers
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task ItKeepsAsManyPodsAsAreAskedFor()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");

        var made = cluster.Create(Yaml("replicas: 2")).View;

        Assert.AreEqual(("""{"app":"web"}""", """{"app":"web"}"""), (made.At("spec", "selector")!.ToJsonString(), made.At("metadata", "labels")!.ToJsonString()));
        await cluster.UntilAsync(Key(cluster), item => item.Text("status", "availableReplicas") == "2");
        cluster.UpdateSpec(Key(cluster), "replicas: 1");
        await cluster.UntilAsync(Key(cluster), item => item.Text("status", "replicas") == "1" && item.Text("status", "observedGeneration") == "2");
        var pod = cluster.All(Kinds.Pod).Single();
        cluster.Update(pod.Key, item => item["metadata"]!["labels"]!["app"] = "free");
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 2);
        Assert.IsNull(cluster.Get(pod.Key).View.At("metadata", "ownerReferences"));
    }

    [TestMethod]
    [DataRow("selector: {app: other}", "`selector` does not match template `labels`")]
    [DataRow("replicas: -1", "must be greater than or equal to 0")]
    [DataRow("selector: {app: 'a b'}", "spec.selector: Invalid value")]
    public async Task WhatCannotBeIsRefused(string spec, string message)
    {
        await using var cluster = new RunningControllers();

        Assert.Contains(message, Assert.ThrowsExactly<StatusException>(() => cluster.Create(Yaml(spec))).Message);
    }

    private static ObjectKey Key(RunningControllers cluster) => cluster.Key(Kinds.ReplicationController, "web");

    private static string Yaml(string spec) => $$$"""
        apiVersion: v1
        kind: ReplicationController
        metadata: {name: web}
        spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: one}]}}, {{{spec}}} }
        """;
}
