using System.Text.Json.Nodes;
using Engine.Tests.Api.CustomResources;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Controllers;

/// <summary>Objects of custom kinds go with their definition, their namespace and their owner, and own others.</summary>
[TestClass]
public sealed class CustomKinds
{
    private const string Schema = "{type: object, properties: {size: {type: integer}}}";
    private static readonly ObjectKey DefinitionKey = new(Kinds.CustomResourceDefinition, "", "widgets.example.com");

    [TestMethod]
    [Timeout(60_000)]
    public async Task ADefinitionTakesItsObjectsWithIt()
    {
        await using var cluster = new RunningControllers();
        var key = Make(cluster);

        cluster.Objects.Delete(DefinitionKey, new(), TestCluster.Tester);

        await cluster.UntilGoneAsync(DefinitionKey);
        Assert.IsNull(cluster.Store.Find(key));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ItWaitsForObjectsWithFinalizersAndTakesNoNewOnes()
    {
        await using var cluster = new RunningControllers();
        var key = Make(cluster, """{"finalizers":["example.com/held"]}""");

        cluster.Objects.Delete(DefinitionKey, new(), TestCluster.Tester);

        await cluster.UntilAsync(key, item => item.At("metadata", "deletionTimestamp") is not null);
        var held = cluster.Get(DefinitionKey);
        Assert.AreEqual("[\"customresourcecleanup.apiextensions.k8s.io\"]", held.View.At("metadata", "finalizers")!.ToJsonString());
        Assert.AreEqual("True", (string?)held.View.Condition("Terminating")!["status"]);
        Assert.AreEqual(405, Assert.ThrowsExactly<StatusException>(() => cluster.Create(Definition.Widget("{size: 2}", "b"))).Code);
        cluster.Update(key, item => item["metadata"]!.AsObject().Remove("finalizers"));
        await cluster.UntilGoneAsync(DefinitionKey);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ANamespaceTakesThemWithIt()
    {
        await using var cluster = new RunningControllers();
        var key = Make(cluster);

        cluster.Objects.Delete(new(Kinds.Namespace, "", "ns"), new(), TestCluster.Tester);

        await cluster.UntilGoneAsync(new(Kinds.Namespace, "", "ns"));
        Assert.IsNull(cluster.Store.Find(key));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task WhatOneOwnsGoesWithIt()
    {
        await using var cluster = new RunningControllers();
        var owner = cluster.Get(Make(cluster));
        var owned = cluster.Create($$"""
            {apiVersion: v1, kind: ConfigMap, metadata: {name: owned, ownerReferences: [{apiVersion: example.com/v1, kind: Widget, name: a, uid: {{owner.View.Uid}}, controller: true, blockOwnerDeletion: true}] } }
            """);

        cluster.Objects.Delete(owner.Key, new(Propagation: Kontrakt.Kubernetes.Objects.Propagation.Foreground), TestCluster.Tester);

        await cluster.UntilGoneAsync(owner.Key);
        Assert.IsNull(cluster.Store.Find(owned.Key));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task OneGoesWithWhatOwnsIt()
    {
        await using var cluster = new RunningControllers();
        var owner = cluster.Create("{apiVersion: v1, kind: ConfigMap, metadata: {name: owner}}");
        var key = Make(cluster, $$"""{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{{owner.View.Uid}}"} ] }""");

        cluster.Objects.Delete(owner.Key, new(), TestCluster.Tester);

        await cluster.UntilGoneAsync(key);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ANameThatBecomesFreeIsAccepted()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Definition.Of(Schema).ToJsonString());
        var other = Definition.Of(Schema);
        other["metadata"]!["name"] = "gadgets.example.com";
        (other["spec"]!["names"]!["plural"], other["spec"]!["names"]!["singular"]) = ("gadgets", "gadget");
        var key = cluster.Create(other.ToJsonString()).Key;
        Assert.AreEqual("False", (string?)cluster.Get(key).View.Condition("Established")!["status"]);

        cluster.Objects.Delete(DefinitionKey, new(), TestCluster.Tester);

        await cluster.UntilAsync(key, item => (string?)item.Condition("Established")!["status"] == "True");
    }

    private static ObjectKey Make(RunningControllers cluster, string metadata = "{}")
    {
        cluster.Create(Definition.Of(Schema).ToJsonString());
        var widget = JsonNode.Parse(Definition.Widget("{size: 1}"))!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(metadata)!.AsObject())
            widget["metadata"]![name] = value?.DeepClone();
        return cluster.Create(widget.ToJsonString()).Key;
    }
}
