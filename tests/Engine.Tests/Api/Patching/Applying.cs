using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.Patching;

/// <summary>Server-side apply: each outcome here is one that kube-apiserver gave to the same requests.</summary>
[TestClass]
public sealed class Applying
{
    private readonly AppliedObject settings = new(Kinds.ConfigMap);
    private readonly AppliedObject service = new(Kinds.Service);

    [TestMethod]
    public void WhatIsAppliedIsOwned()
    {
        settings.Apply("metadata: {name: a}\ndata: {x: '1', z: '1'}", "m1");

        Assert.AreEqual("""{"x":"1","z":"1"}""", settings.Json!["data"]!.ToJsonString());
        Assert.AreEqual("""{"f:data":{"f:x":{},"f:z":{}}}""", settings.FieldsOf("m1"));
    }

    [TestMethod]
    public void TheSameAgainChangesNothing()
    {
        settings.Apply("metadata: {name: a}\ndata: {x: '1'}", "m1");
        var before = settings.Json!.ToJsonString();

        settings.Apply("metadata: {name: a}\ndata: {x: '1'}", "m1");

        Assert.AreEqual(before, settings.Json!.ToJsonString());
    }

    [TestMethod]
    public void TheSameValueIsSharedAndAnotherIsAConflict()
    {
        settings.Apply("metadata: {name: a}\ndata: {x: '1', z: '1'}", "m1").Apply("metadata: {name: a}\ndata: {x: '1'}", "m2");

        var refused = Assert.ThrowsExactly<StatusException>(() => settings.Apply("metadata: {name: a}\ndata: {x: '2', z: '3'}", "m2"));

        Assert.AreEqual("""{"f:data":{"f:x":{}}}""", settings.FieldsOf("m2"));
        Assert.AreEqual("Apply failed with 2 conflicts: conflicts with \"m1\":\n- .data.x\n- .data.z", refused.Message);
        Assert.AreEqual((409, "Conflict"), (refused.Code, refused.Reason));
        Assert.AreEqual("""[{"reason":"FieldManagerConflict","message":"conflict with \u0022m1\u0022","field":".data.x"},{"reason":"FieldManagerConflict","message":"conflict with \u0022m1\u0022","field":".data.z"}]""", refused.Details!["causes"]!.ToJsonString());
    }

    [TestMethod]
    public void ForceTakesTheFieldAndWhatNobodyAppliesAnyMoreGoes()
    {
        settings.Apply("metadata: {name: a}\ndata: {x: '1', z: '1'}", "m1").Apply("metadata: {name: a}\ndata: {x: '2'}", "m2", force: true);
        Assert.AreEqual("""{"f:data":{"f:z":{}}}""", settings.FieldsOf("m1"));

        settings.Apply("metadata: {name: a}", "m1");
        Assert.AreEqual("""{"x":"2"}""", settings.Json!["data"]!.ToJsonString());

        settings.Apply("metadata: {name: a}", "m2");
        Assert.IsFalse(settings.Json!.ContainsKey("data"));
        Assert.IsEmpty(settings.Managers);
    }

    [TestMethod]
    public void WhatWasThereBeforeTheFirstApplyHasAnOwner()
    {
        settings.Apply("metadata: {name: a}\ndata: {p: q}", "m").Apply("metadata: {name: a}", "m");
        settings.Write("metadata: {name: a, labels: {l: m}, annotations: {z: z}}\ndata: {p: q}", "put");

        var refused = Assert.ThrowsExactly<StatusException>(() => settings.Apply("metadata: {name: a, labels: {l: k}}\ndata: {p: r}", "m1"));

        Assert.AreEqual("Apply failed with 2 conflicts: conflicts with \"before-first-apply\" using v1:\n- .data.p\n- .metadata.labels.l", refused.Message);
    }

    [TestMethod]
    public void ElementsOfAListAreMergedByTheirKeys()
    {
        service.Apply("metadata: {name: a}\nspec: {ports: [{port: 1, name: p1}, {port: 2, name: p2}, {port: 3, name: p3}], selector: {a: b, c: d}}", "m1");
        service.Apply("metadata: {name: a}\nspec: {ports: [{port: 9, name: p9}, {port: 2, name: p2, targetPort: 5}], selector: {a: b, c: d}}", "m2", force: true);

        var expected = """{"f:spec":{"f:ports":{"k:{\"port\":2,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{},"f:targetPort":{}},"k:{\"port\":9,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{}}},"f:selector":{}}}""";
        Assert.AreEqual(expected, service.FieldsOf("m2"));
        CollectionAssert.AreEquivalent(new[] { "1", "2", "3", "9" }, Ports());

        service.Apply("metadata: {name: a}\nspec: {ports: [{port: 3, name: p3}]}", "m1");
        CollectionAssert.AreEquivalent(new[] { "2", "3", "9" }, Ports());
        Assert.AreEqual("""{"a":"b","c":"d"}""", service.At("spec", "selector"));
    }

    [TestMethod]
    public void TheOrderIsThatOfWhatIsApplied()
    {
        service.Apply("metadata: {name: a}\nspec: {ports: [{port: 1, name: p1}, {port: 2, name: p2}, {port: 3, name: p3}]}", "m1");

        service.Apply("metadata: {name: a}\nspec: {ports: [{port: 3, name: p3}, {port: 1, name: p1, targetPort: 7}, {port: 2, name: p2}]}", "m1");

        CollectionAssert.AreEqual(new[] { "3", "1", "2" }, Ports());
    }

    [TestMethod]
    public void SetsAreMergedAndAtomicListsReplaced()
    {
        settings.Apply("metadata: {name: a, finalizers: [x/a, x/b]}", "m1").Apply("metadata: {name: a, finalizers: [x/b, x/c]}", "m2");
        Assert.AreEqual("""["x/a","x/b","x/c"]""", settings.At("metadata", "finalizers"));

        var role = new AppliedObject(Kinds.Role).Apply("metadata: {name: a}\nrules: [{verbs: [get]}]", "m1");
        var refused = Assert.ThrowsExactly<StatusException>(() => role.Apply("metadata: {name: a}\nrules: [{verbs: [list]}]", "m2"));
        Assert.AreEqual("Apply failed with 1 conflict: conflict with \"m1\": .rules", refused.Message);
    }

    [TestMethod]
    public void AStatusHasOwnersOfItsOwn()
    {
        var deployment = new AppliedObject(Kinds.Deployment);
        deployment.Apply("metadata: {name: a}\nspec: {replicas: 2}\nstatus: {replicas: 9}", "m1");
        deployment.Apply("metadata: {name: a}\nspec: {replicas: 3}\nstatus: {replicas: 1}", "m2", force: true, subresource: "status");

        Assert.AreEqual("""{"f:spec":{"f:replicas":{}}}""", deployment.FieldsOf("m1"));
        Assert.AreEqual("""{"f:status":{"f:replicas":{}}}""", deployment.FieldsOf("m2"));
    }

    [TestMethod]
    [DataRow("foo: 1", ".foo: field not declared in schema")]
    [DataRow("spec: {ports: [{port: 3}, {port: 3}]}", ".spec.ports: duplicate entries for key [port=3,protocol=\"TCP\"]")]
    [DataRow("spec: {ports: [{port: 3, name: 5}]}", ".spec.ports[port=3,protocol=\"TCP\"].name: expected string, got &value.valueUnstructured{Value:5}")]
    [DataRow("spec: {ports: x}", ".spec.ports: expected list, got &value.valueUnstructured{Value:\"x\"}")]
    [DataRow("spec: {publishNotReadyAddresses: 1}", ".spec.publishNotReadyAddresses: expected boolean, got &value.valueUnstructured{Value:1}")]
    public void WhatDoesNotFitTheSchemaIsRefusedWithItsPlace(string yaml, string message)
    {
        var refused = Assert.ThrowsExactly<StatusException>(() => service.Apply("metadata: {name: a}\n" + yaml, "m1"));

        Assert.AreEqual($"failed to create typed patch object (/a; v1, Kind=Service): {message}", refused.Message);
    }

    private List<string> Ports() => [.. service.Json!["spec"]!["ports"]!.AsArray().Select(port => port!["port"]!.ToString())];
}
