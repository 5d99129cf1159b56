using Kontrakt.Engine.Api.Patching;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.Patching;

/// <summary>Who owns what after creates, updates and patches; the fields are those that kube-apiserver recorded for the same requests.</summary>
[TestClass]
public sealed class OwningFields
{
    private readonly AppliedObject settings = new(Kinds.ConfigMap);

    [TestMethod]
    public void WhoCreatesOwnsAllOfItAndItsDefaults()
    {
        var pod = new AppliedObject(Kinds.Pod).Write("metadata: {name: p, labels: {a: b}}\nspec: {containers: [{name: d, image: x}], volumes: [{name: e, emptyDir: {}}]}", "kubectl");

        var expected = """{"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"d\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:volumes":{".":{},"k:{\"name\":\"e\"}":{".":{},"f:emptyDir":{},"f:name":{}}}}}""";
        Assert.AreEqual(expected, pod.FieldsOf("kubectl", "Update"));
    }

    [TestMethod]
    public void WhoChangesAFieldTakesItAndWhoRemovesItTakesItFromAll()
    {
        settings.Write("metadata: {name: a}\ndata: {x: '1', z: '1'}", "one").Patch(Patches.Merge, """{"data":{"x":"2","z":null}}""", "two");

        Assert.AreEqual("""{"f:data":{}}""", settings.FieldsOf("one", "Update"));
        Assert.AreEqual("""{"f:data":{"f:x":{}}}""", settings.FieldsOf("two", "Update"));
    }

    [TestMethod]
    public void WhoChangesNothingIsNotRecorded()
    {
        settings.Write("metadata: {name: a}\ndata: {x: '1'}", "one");
        var time = settings.TimeOf("one", "Update");

        settings.Patch(Patches.Merge, """{"data":{"x":"1"}}""", "two").Patch(Patches.Merge, "{}", "one");

        CollectionAssert.AreEqual(new[] { "one Update" }, settings.Managers.ToArray());
        Assert.AreEqual(time, settings.TimeOf("one", "Update"));
    }

    [TestMethod]
    public void AnUpdateTakesFromWhoAppliedAndTheNextApplyIsAConflict()
    {
        settings.Apply("metadata: {name: a}\ndata: {x: '1'}", "m1").Patch(Patches.Merge, """{"data":{"x":"2"}}""", "edit");

        var refused = Assert.ThrowsExactly<StatusException>(() => settings.Apply("metadata: {name: a}\ndata: {x: '1'}", "m1"));

        Assert.AreEqual("Apply failed with 1 conflict: conflict with \"edit\" using v1: .data.x", refused.Message);
    }

    [TestMethod]
    public void OneEmptyEntryForgetsAllOwners()
    {
        settings.Apply("metadata: {name: a}\ndata: {x: '1'}", "m1").Patch(Patches.Merge, """{"metadata":{"managedFields":[{}]}}""", "reset");

        Assert.IsEmpty(settings.Managers);
    }

    [TestMethod]
    public void ManyUpdatersBecomeOne()
    {
        settings.Write("metadata: {name: a}\ndata: {x: '0'}", "first");
        for (var i = 0; i < 30; i++)
            settings.Patch(Patches.Merge, $$$"""{"data":{"x{{{i}}}":"1"}}""", $"m{i:00}");

        Assert.HasCount(10, settings.Managers.ToList());
        StringAssert.Contains(settings.FieldsOf("ancient-changes", "Update"), "f:x0");
    }
}
