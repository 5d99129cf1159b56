using System.Text.Json.Nodes;
using Engine.Tests.Api.Schema;
using Kontrakt.Engine.Api.Patching;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.Patching;

/// <summary>RFC 7386, RFC 6902 and Kubernetes' strategic merge patch.</summary>
[TestClass]
public sealed class PatchingObjects
{
    private const string Pod = "metadata: {name: a, finalizers: [x/a, x/b], labels: {a: '1', b: '2'}}\nspec: {containers: [{name: one, image: x, env: [{name: A, value: a}, {name: B, value: b}]}, {name: two, image: w}], volumes: [{name: v, emptyDir: {}}]}";

    [TestMethod]
    [DataRow("""{"metadata":{"labels":{"a":null,"c":"3"}}}""", "metadata", """{"b":"2","c":"3"}""", "labels")]
    [DataRow("""{"spec":{"containers":[{"name":"three","image":"z"}]}}""", "spec", """[{"name":"three","image":"z","resources":{}}]""", "containers")]
    [DataRow("""{"spec":{"nodeSelector":{"a":"b","c":null}}}""", "spec", """{"a":"b"}""", "nodeSelector")]
    public void AMergePatchMergesObjectsAndReplacesLists(string patch, string field, string expected, string below) =>
        Assert.AreEqual(expected, Patched(Patches.Merge, patch)[field]![below]!.ToJsonString());

    [TestMethod]
    [DataRow("""[{"op":"add","path":"/metadata/labels/x~1y~0","value":"1"}]""", """{"a":"1","b":"2","x/y~":"1"}""")]
    [DataRow("""[{"op":"remove","path":"/metadata/labels/a"}]""", """{"b":"2"}""")]
    [DataRow("""[{"op":"replace","path":"/metadata/labels/a","value":"9"}]""", """{"a":"9","b":"2"}""")]
    [DataRow("""[{"op":"move","from":"/metadata/labels/a","path":"/metadata/labels/c"}]""", """{"b":"2","c":"1"}""")]
    [DataRow("""[{"op":"copy","from":"/metadata/labels/a","path":"/metadata/labels/c"}]""", """{"a":"1","b":"2","c":"1"}""")]
    [DataRow("""[{"op":"test","path":"/metadata/labels/a","value":"1"},{"op":"test","path":"/metadata/labels/none","value":null}]""", """{"a":"1","b":"2"}""")]
    public void AJsonPatchDoesOneThingAfterTheOther(string patch, string labels) =>
        Assert.AreEqual(labels, Patched(Patches.Json, patch)["metadata"]!["labels"]!.ToJsonString());

    [TestMethod]
    [DataRow("""[{"op":"add","path":"/spec/containers/0","value":{"name":"zero","image":"z"}}]""", "zero one two")]
    [DataRow("""[{"op":"add","path":"/spec/containers/-","value":{"name":"three","image":"z"}}]""", "one two three")]
    [DataRow("""[{"op":"remove","path":"/spec/containers/-1"}]""", "one")]
    [DataRow("""[{"op":"replace","path":"/spec/containers/0","value":{"name":"new","image":"z"}}]""", "new two")]
    public void AJsonPatchReachesIntoLists(string patch, string names) => Assert.AreEqual(names, Names(Patched(Patches.Json, patch)));

    [TestMethod]
    [DataRow("""[{"op":"test","path":"/metadata/labels/a","value":"2"}]""", 422)]
    [DataRow("""[{"op":"remove","path":"/metadata/labels/none"}]""", 422)]
    [DataRow("""[{"op":"replace","path":"/metadata/labels/none","value":"1"}]""", 422)]
    [DataRow("""[{"op":"add","path":"/none/below","value":"1"}]""", 422)]
    [DataRow("""[{"op":"add","path":"/spec/containers/9","value":{}}]""", 422)]
    [DataRow("""[{"op":"add","path":"/spec/containers/x","value":{}}]""", 422)]
    [DataRow("""[{"op":"remove","path":""}]""", 422)]
    [DataRow("""[{"op":"add","path":"/metadata"}]""", 400)]
    [DataRow("""[{"op":"add","path":"metadata","value":1}]""", 400)]
    [DataRow("""[{"op":"leap","path":"/metadata"}]""", 400)]
    [DataRow("""[{"path":"/metadata"}]""", 400)]
    [DataRow("""[5]""", 400)]
    [DataRow("""{}""", 400)]
    public void AJsonPatchThatDoesNotFitIsRefused(string patch, int code) =>
        Assert.AreEqual(code, Assert.ThrowsExactly<StatusException>(() => Patched(Patches.Json, patch)).Code);

    [TestMethod]
    public void AJsonPatchThatGrowsWithoutEndIsRefused()
    {
        var copies = string.Join(',', Enumerable.Range(0, 500).Select(i => $$$"""{"op":"copy","from":"/metadata","path":"/metadata/labels/x{{{i}}}"}"""));

        var refused = Assert.ThrowsExactly<StatusException>(() => Patched(Patches.Json, $"[{copies}]"));

        Assert.AreEqual(422, refused.Code);
    }

    [TestMethod]
    [DataRow("""{"spec":{"containers":[{"name":"two","image":"new"}]}}""", "one two")]
    [DataRow("""{"spec":{"containers":[{"name":"three","image":"z"}]}}""", "three one two")]
    [DataRow("""{"spec":{"containers":[{"name":"four","image":"z"},{"name":"two","image":"new"},{"name":"three","image":"z"}]}}""", "four one two three")]
    [DataRow("""{"spec":{"containers":[{"name":"two","image":"new"},{"name":"one","image":"new"}]}}""", "two one")]
    [DataRow("""{"spec":{"containers":[{"name":"one","$patch":"delete"}]}}""", "two")]
    [DataRow("""{"spec":{"containers":[{"$patch":"replace"},{"name":"only","image":"z"}]}}""", "only")]
    [DataRow("""{"spec":{"$setElementOrder/containers":[{"name":"two"},{"name":"one"}]}}""", "two one")]
    [DataRow("""{"spec":{"$setElementOrder/containers":[{"name":"three"},{"name":"two"}],"containers":[{"name":"three","image":"z"}]}}""", "three one two")]
    public void AStrategicMergePatchMergesByKeys(string patch, string names) => Assert.AreEqual(names, Names(Patched(Patches.StrategicMerge, patch)));

    [TestMethod]
    [DataRow("""{"metadata":{"finalizers":["x/c"]}}""", """["x/c","x/a","x/b"]""")]
    [DataRow("""{"metadata":{"$deleteFromPrimitiveList/finalizers":["x/a"]}}""", """["x/b"]""")]
    [DataRow("""{"metadata":{"$setElementOrder/finalizers":["x/b","x/a"]}}""", """["x/b","x/a"]""")]
    public void AStrategicMergePatchMergesSets(string patch, string finalizers) =>
        Assert.AreEqual(finalizers, Patched(Patches.StrategicMerge, patch)["metadata"]!["finalizers"]!.ToJsonString());

    [TestMethod]
    public void RetainedKeysAreAllThatIsLeft()
    {
        var patched = Patched(Patches.StrategicMerge, """{"spec":{"volumes":[{"name":"v","$retainKeys":["name","configMap"],"configMap":{"name":"c"}}]}}""");

        Assert.AreEqual("""[{"name":"v","configMap":{"name":"c"}}]""", patched["spec"]!["volumes"]!.ToJsonString());
    }

    [TestMethod]
    [DataRow("""{"spec":{"containers":[{"image":"x"}]}}""")]
    [DataRow("""{"spec":{"$patch":"vanish"}}""")]
    [DataRow("""{"spec":{"$setElementOrder/containers":5}}""")]
    [DataRow("""{"spec":{"$retainKeys":5}}""")]
    [DataRow("""{"spec":{"containres":[]}}""")]
    [DataRow("""[]""")]
    [DataRow("""{""")]
    public void AStrategicMergePatchThatDoesNotFitIsRefused(string patch) =>
        Assert.AreEqual(400, Assert.ThrowsExactly<StatusException>(() => Patched(Patches.StrategicMerge, patch)).Code);

    [TestMethod]
    public void OtherPatchesAreNotKnown() =>
        Assert.AreEqual(415, Assert.ThrowsExactly<StatusException>(() => Patched("application/x-patch", "{}")).Code);

    private static JsonObject Patched(string type, string patch)
    {
        var current = ObjectDecoder.Decode(Kinds.Pod, SampleObjects.Utf8(Pod), FieldValidation.Strict).Json;
        var before = current.ToJsonString();

        var patched = Patches.Execute(type, ServedKinds.Of(Kinds.Pod), current, SampleObjects.Utf8(patch), FieldValidation.Strict).Json;

        Assert.AreEqual(before, current.ToJsonString());
        return patched;
    }

    private static string Names(JsonObject pod) => string.Join(' ', pod["spec"]!["containers"]!.AsArray().Select(container => (string?)container!["name"]));
}
