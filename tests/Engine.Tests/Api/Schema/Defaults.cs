using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.Schema;

/// <summary>What is left out gets the value that kube-apiserver gives it.</summary>
[TestClass]
public sealed class Defaults
{
    public static IEnumerable<object[]> EveryKind => ServedKinds.Resources.Select(kind => new object[] { kind.Kind });

    [TestMethod]
    [DynamicData(nameof(EveryKind))]
    public void FillingInAgainChangesNothing(string name)
    {
        var kind = ServedKinds.Resources.Single(kind => kind.Kind == name);
        var value = SampleObjects.Decoded(kind);
        var once = value.ToJsonString();

        ServedKinds.Of(kind).Default(value);

        Assert.AreEqual(once, value.ToJsonString());
        Assert.AreEqual(once, ObjectDecoder.Decode(kind, value, FieldValidation.Strict).Json.ToJsonString());
    }

    [TestMethod]
    [DataRow("x", "Always")]
    [DataRow("x:latest", "Always")]
    [DataRow("x:1", "IfNotPresent")]
    [DataRow("localhost:5000/x", "Always")]
    [DataRow("localhost:5000/x:1", "IfNotPresent")]
    [DataRow("x@sha256:0000000000000000000000000000000000000000000000000000000000000000", "IfNotPresent")]
    public void AnImageIsPulledByItsTag(string image, string policy) =>
        Assert.AreEqual(policy, (string?)Filled(Kinds.Pod, $"spec: {{containers: [{{name: a, image: '{image}'}}]}}")["spec"]!["containers"]![0]!["imagePullPolicy"]);

    [TestMethod]
    public void APodIsFilledIn()
    {
        var pod = Filled(Kinds.Pod, "metadata: {name: p}\nspec:\n  containers: [{name: d, image: x, readinessProbe: {httpGet: {port: 80}}, resources: {limits: {cpu: 1000m, memory: 1024Mi}}, env: [{name: R, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}], ports: [{containerPort: 80}]}]\n  volumes: [{name: cm, configMap: {name: a}}, {name: e}]");

        var expected = """
            {"containers":[{"name":"d","image":"x","readinessProbe":{"httpGet":{"port":80,"path":"/","scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},
            "resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"1","memory":"1Gi"}},"env":[{"name":"R","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu","divisor":"0"}}}],
            "ports":[{"containerPort":80,"protocol":"TCP"}],"imagePullPolicy":"Always","terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],
            "volumes":[{"name":"cm","configMap":{"name":"a","defaultMode":420}},{"name":"e","emptyDir":{}}],"enableServiceLinks":true,"restartPolicy":"Always","dnsPolicy":"ClusterFirst",
            "schedulerName":"default-scheduler","terminationGracePeriodSeconds":30,"securityContext":{}}
            """;
        Assert.IsTrue(JsonNode.DeepEquals(JsonNode.Parse(expected), pod["spec"]), pod["spec"]!.ToJsonString());
    }

    [TestMethod]
    [DataRow("Deployment", "spec: {template: {}}", """{"replicas":1,"revisionHistoryLimit":10,"progressDeadlineSeconds":600,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}}}""")]
    [DataRow("Deployment", "spec: {strategy: {type: Recreate}}", """{"strategy":{"type":"Recreate"}}""")]
    [DataRow("StatefulSet", "spec: {template: {}}", """{"replicas":1,"podManagementPolicy":"OrderedReady","updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":0}}}""")]
    [DataRow("Job", "spec: {template: {}}", """{"completions":1,"parallelism":1,"backoffLimit":6,"completionMode":"NonIndexed","suspend":false}""")]
    [DataRow("Job", "spec: {parallelism: 3}", """{"parallelism":3,"completions":null}""")]
    [DataRow("Service", "spec: {ports: [{port: 80}]}", """{"type":"ClusterIP","sessionAffinity":"None","ports":[{"port":80,"protocol":"TCP","targetPort":80}],"internalTrafficPolicy":"Cluster"}""")]
    [DataRow("Service", "spec: {sessionAffinity: ClientIP, type: NodePort}", """{"externalTrafficPolicy":"Cluster","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10800}}}""")]
    public void ASpecIsFilledIn(string name, string yaml, string expected)
    {
        var spec = Filled(ServedKinds.Resources.Single(kind => kind.Kind == name), yaml)["spec"]!;

        foreach (var (field, value) in JsonNode.Parse(expected)!.AsObject())
            Assert.IsTrue(JsonNode.DeepEquals(value, spec[field]), $"{field}: {spec[field]?.ToJsonString()}");
    }

    [TestMethod]
    public void StringDataBecomesData()
    {
        var secret = Filled(Kinds.Secret, "data: {a: YQ==}\nstringData: {a: b, c: d}");

        Assert.AreEqual("""{"a":"Yg==","c":"ZA=="}""", secret["data"]!.ToJsonString());
        Assert.IsFalse(secret.ContainsKey("stringData"));
    }

    [TestMethod]
    [DataRow("resources: {}", "BestEffort")]
    [DataRow("resources: {limits: {cpu: 1, memory: 1Mi}}", "Guaranteed")]
    [DataRow("resources: {limits: {cpu: 1}}", "Burstable")]
    [DataRow("resources: {requests: {cpu: 1}}", "Burstable")]
    [DataRow("resources: {limits: {cpu: 1, memory: 1Mi}, requests: {cpu: 0}}", "Burstable")]
    [DataRow("resources: {limits: {cpu: 1}, requests: {cpu: 0}}", "Burstable")]
    [DataRow("resources: {limits: {cpu: 0}, requests: {cpu: 0}}", "BestEffort")]
    public void ANewPodIsPendingAndHasAQualityOfService(string resources, string quality)
    {
        var pod = Filled(Kinds.Pod, $"metadata: {{name: p}}\nspec: {{containers: [{{name: a, image: x, {resources}}}]}}");

        var made = TestCluster.WithNamespace().Create(Kinds.Pod, "ns", pod);

        Assert.AreEqual($$"""{"phase":"Pending","qosClass":"{{quality}}"}""", made.View.At("status")!.ToJsonString());
    }

    private static JsonObject Filled(ResourceKind kind, string yaml)
    {
        var value = ObjectDecoder.Decode(kind, SampleObjects.Utf8(yaml), FieldValidation.Strict).Json;
        ServedKinds.Of(kind).Default(value);
        return value;
    }
}
