using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Schema;

namespace Engine.Tests.Api.Schema;

/// <summary>A body is held to the schema of its kind, in the API server's own words.</summary>
[TestClass]
public sealed class Decoding
{
    public static IEnumerable<object[]> EveryKind => ServedKinds.Resources.Select(kind => new object[] { kind.Kind });

    [TestMethod]
    [DynamicData(nameof(EveryKind))]
    public void AValidObjectOfEveryKindIsTaken(string name)
    {
        var kind = ServedKinds.Resources.Single(kind => kind.Kind == name);

        var decoded = ObjectDecoder.Decode(kind, SampleObjects.Of(kind), FieldValidation.Strict);

        Assert.AreEqual((kind.GroupVersionKind.ApiVersion, name), ((string?)decoded.Json["apiVersion"], (string?)decoded.Json["kind"]));
    }

    [TestMethod]
    public void AnUnknownFieldIsAnErrorWithItsPlace()
    {
        var body = """{"spec":{"containers":[{"name":"a","imag":"x"}],"replicas":1}}""";

        var refused = Refused(Kinds.Pod, body);

        Assert.AreEqual("""Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].imag", unknown field "spec.replicas" """.TrimEnd(), refused.Message);
        CollectionAssert.AreEqual(new object[] { "spec", "containers", 0, "imag" }, ServerFieldErrors.UnknownFields(refused.Message, JsonNode.Parse(body))[0].Path.ToArray());
    }

    [TestMethod]
    public void AFieldGivenTwiceIsAnErrorAndTheLastOneCountsWhereItIsNot()
    {
        var body = """{"data":{"a":"1","a":"2"}}""";

        var refused = Refused(Kinds.ConfigMap, body);
        var warned = ObjectDecoder.Decode(Kinds.ConfigMap, SampleObjects.Utf8(body), FieldValidation.Warn);

        StringAssert.EndsWith(refused.Message, """strict decoding error: duplicate field "data.a" """.TrimEnd());
        CollectionAssert.AreEqual(new[] { "duplicate field \"data.a\"" }, warned.Warnings.ToArray());
        Assert.AreEqual("2", (string?)warned.Json["data"]!["a"]);
    }

    [TestMethod]
    public void WhatIsUnknownAndWhatIsGivenTwiceIsToldInTheOrderOfTheBody()
    {
        var refused = Refused(Kinds.Deployment, """{"spec":{"unknown":1,"paused":true,"other":1,"other":2,"paused":false,"template":{"spec":{"containers":[{"name":"a","nope":1,"name":"b"}]}}}}""");

        StringAssert.EndsWith(refused.Message, """strict decoding error: unknown field "spec.unknown", unknown field "spec.other", duplicate field "spec.paused", """
            + """unknown field "spec.template.spec.containers[0].nope", duplicate field "spec.template.spec.containers[0].name" """.TrimEnd());
    }

    [TestMethod]
    [DataRow("0.01", "10m")]
    [DataRow("2", "2")]
    [DataRow("1e3", "1e3")]
    public void ANumberIsAQuantityAsInKubernetes135(string number, string quantity)
    {
        var pod = ObjectDecoder.Decode(Kinds.Pod, SampleObjects.Utf8("""{"spec":{"containers":[{"resources":{"requests":{"cpu":NUMBER}}}]}}""".Replace("NUMBER", number, StringComparison.Ordinal)), FieldValidation.Strict).Json;

        Assert.AreEqual(quantity, (string?)pod["spec"]!["containers"]![0]!["resources"]!["requests"]!["cpu"]);
    }

    [TestMethod]
    [DataRow("""{"spec":{"replicas":"2"}}""", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32", "spec.replicas")]
    [DataRow("""{"spec":{"replicas":1.5}}""", "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32", "spec.replicas")]
    [DataRow("""{"spec":{"replicas":3000000000}}""", "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32", "spec.replicas")]
    [DataRow("""{"spec":{"template":{"spec":{"containers":[{"env":[{"name":"A","value":1}]}]}}}}""", "json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string", "spec.template.spec.containers[0].env[0].value")]
    [DataRow("""{"metadata":{"labels":{"a.b/c":true}}}""", "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels.a.b/c of type string", "metadata.labels[a.b/c]")]
    [DataRow("""{"spec":[]}""", "json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec", "spec")]
    [DataRow("""{"spec":{"template":{"spec":{"containers":{}}}}}""", "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container", "spec.template.spec.containers")]
    [DataRow("""{"spec":{"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"much"}}}]}}}}""", "quantities must match the regular expression", "spec.template.spec.containers[0].resources.limits[cpu]")]
    public void AValueOfAWrongTypeIsAnErrorWithItsPlace(string body, string message, string field)
    {
        var refused = Refused(Kinds.Deployment, body);

        Assert.AreEqual((400, "BadRequest"), (refused.Code, refused.Reason));
        StringAssert.StartsWith(refused.Message, "Deployment in version \"v1\" cannot be handled as a Deployment: ");
        StringAssert.Contains(refused.Message, message);
        Assert.AreEqual(field, (string?)refused.Details!["causes"]![0]!["field"]);
    }

    [TestMethod]
    public void AllMisfitsAreToldAtOnce()
    {
        var refused = Refused(Kinds.Service, """{"spec":{"ports":[{"port":"a"},{"port":[]}],"type":1}}""");

        Assert.HasCount(3, refused.Details!["causes"]!.AsArray());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("{")]
    [DataRow("""{"a":1}x""")]
    [DataRow("[]")]
    [DataRow("5")]
    [DataRow("null")]
    [DataRow("a: b: c")]
    [DataRow("a: 1\n---\nb: 2")]
    [DataRow("""{"data":{"a":"\ud800"}}""")]
    [DataRow("""{"kind":"Pod"}""")]
    [DataRow("""{"apiVersion":"v2"}""")]
    [DataRow("""{"kind":[]}""")]
    public void WhatIsNoObjectOfTheKindIsRefused(string body) => Assert.AreEqual(400, Refused(Kinds.ConfigMap, body).Code);

    [TestMethod]
    [DataRow("[")]
    [DataRow("{\"metadata\":")]
    public void DeepNestingIsRefused(string level)
    {
        var refused = Refused(Kinds.ConfigMap, string.Concat(Enumerable.Repeat(level, 100_000)));

        Assert.AreEqual(400, refused.Code);
    }

    [TestMethod]
    public void BytesThatAreNoUtf8AreRefused()
    {
        var body = (byte[])[.. "{\"data\":{\"a\":\""u8, 0xff, .. "\"}}"u8];

        var refused = Assert.ThrowsExactly<StatusException>(() => ObjectDecoder.Decode(Kinds.ConfigMap, body, FieldValidation.Ignore));

        Assert.AreEqual(400, refused.Code);
    }

    [TestMethod]
    public void NullsAndInsignificantZerosAreLeftOut()
    {
        var body = """{"metadata":{"name":"a","creationTimestamp":null,"labels":{}},"spec":{"hostNetwork":false,"nodeName":"","activeDeadlineSeconds":0,"containers":[{"name":"c","env":[null]}]}}""";

        var pod = ObjectDecoder.Decode(Kinds.Pod, SampleObjects.Utf8(body), FieldValidation.Strict).Json;

        var expected = """{"metadata":{"name":"a"},"spec":{"activeDeadlineSeconds":0,"containers":[{"name":"c","env":[{}],"resources":{}}]},"status":{},"apiVersion":"v1","kind":"Pod"}""";
        Assert.AreEqual(expected, pod.ToJsonString());
    }

    [TestMethod]
    public void YamlIsReadAsJsonIs()
    {
        var decoded = ObjectDecoder.Decode(Kinds.Service, SampleObjects.Utf8("spec:\n  ports:\n  - port: 80\n    targetPort: http\n"), FieldValidation.Strict);

        Assert.AreEqual("""[{"port":80,"targetPort":"http"}]""", decoded.Json["spec"]!["ports"]!.ToJsonString());
    }

    private static StatusException Refused(ResourceKind kind, string body) =>
        Assert.ThrowsExactly<StatusException>(() => ObjectDecoder.Decode(kind, SampleObjects.Utf8(body), FieldValidation.Strict));
}
