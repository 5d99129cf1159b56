using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;
using Kubernetes.Tests.Client;

namespace Kubernetes.Tests.Schema;

[TestClass]
public sealed class UnknownFields
{
    private const string Document = """
        {"definitions":{
          "meta":{"type":"object","properties":{"name":{"type":"string"},"labels":{"type":"object","additionalProperties":{"type":"string"}}}},
          "port":{"type":"object","properties":{"port":{"type":"integer"},"name":{"type":"string"},"target":{"$ref":"#/definitions/any"}}},
          "any":{"type":"string","format":"int-or-string"},
          "thing":{"type":"object","properties":{
              "apiVersion":{"type":"string"},"kind":{"type":"string"},"metadata":{"$ref":"#/definitions/meta"},
              "spec":{"type":"object","properties":{
                 "replicas":{"type":"integer"},
                 "ports":{"type":"array","items":{"$ref":"#/definitions/port"}},
                 "byName":{"type":"object","additionalProperties":{"$ref":"#/definitions/port"}},
                 "free":{"type":"object"},
                 "loose":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"port":{"$ref":"#/definitions/port"}}},
                 "template":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"data":{"type":"string"}}}}}},
            "x-kubernetes-group-version-kind":[{"group":"example.org","version":"v1","kind":"Thing"}]}}}
        """;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow("""{"replicas":1,"ports":[{"port":1,"target":{"x":1}}],"byName":{"a.b":{"port":1}},"free":{"a":{"b":1}}}""", "")]
    [DataRow("""{"replcias":1}""", "spec.replcias→replicas")]
    [DataRow("""{"ports":[{"port":1},{"prot":1}]}""", "spec.ports[1].prot→port")]
    [DataRow("""{"byName":{"a.b":{"NAME":1}}}""", "spec.byName[a.b].NAME→name")]
    [DataRow("""{"loose":{"other":1,"port":{"x":1}}}""", "spec.loose.port.x→")]
    [DataRow("""{"template":{"apiVersion":"v1","kind":"X","metadata":{},"data":"","wholly-different":1}}""", "spec.template.wholly-different→")]
    public async Task AreFoundAgainstTheSchema(string spec, string expected)
    {
        var document = await OpenApiDocument.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(Document)), Token);
        var thing = new KubernetesObject(new() { ["apiVersion"] = "example.org/v1", ["kind"] = "Thing", ["metadata"] = new JsonObject { ["name"] = "x", ["labels"] = new JsonObject { ["any"] = "y" } }, ["spec"] = JsonNode.Parse(spec) });

        var found = StrictFields.Check(thing, document.Find(thing.GroupVersionKind));

        Assert.AreEqual(expected, string.Join(" ", found.Select(field => $"{field}→{field.Suggestion}")));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreNotLookedForInAKindWithoutSchema()
    {
        var document = await OpenApiDocument.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(Document)), Token);

        var thing = Cluster.Object("""{"apiVersion":"example.org/v2","kind":"Thing","spce":{}}""");

        var found = StrictFields.Check(thing, document.Find(thing.GroupVersionKind));

        Assert.IsEmpty(found);
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task AreFoundInADeploymentByTheClustersOwnDocument()
    {
        using var client = new ClusterClient(Cluster.Connection());
        var deployment = Cluster.Object("""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x","lables":{}},"spec":{"replicsa":1,"template":{"metadata":{"annotations":{"a/b":"c"}},
             "spec":{"containers":[{"name":"a","image":"b","resources":{"limits":{"cpu":"1","example.org/gpu":1}},"livenessProbe":{"httpGet":{"port":"http","path":"/","pth":1}},"envv":[]}]}}}}
            """);

        var found = await client.FindUnknownFieldsAsync(deployment, Token);

        CollectionAssert.AreEquivalent(
            new[] { "metadata.lables→labels", "spec.replicsa→replicas", "spec.template.spec.containers[0].livenessProbe.httpGet.pth→path", "spec.template.spec.containers[0].envv→env" },
            found.Select(field => $"{field}→{field.Suggestion}").ToArray());
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task AreRefusedByServerSideApplyAtOnce()
    {
        await using var cluster = await Cluster.StartAsync(Token);
        var service = Cluster.Object("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"x","lables":{}},"spec":{"ports":[{"name":"a","port":79,"protocol":"TCP"},{"port":80,"protocol":"TCP","prot":1}]}}""");

        var refused = await Assert.ThrowsExactlyAsync<KubernetesException>(() =>
            cluster.Client.ApplyAsync(cluster.Name(ApiResource.Core("Service", "services"), "x"), service, new("kubetest"), Token));

        Assert.AreEqual("Invalid", refused.Reason);
        Assert.IsFalse(refused.IsTransient);
        CollectionAssert.AreEquivalent(new[] { "metadata.lables", "spec.ports[1].prot" },
            ServerFieldErrors.UnknownFields(refused.Message, service.Json).Select(field => field.ToString()).ToArray(), refused.Message);
    }

    [TestMethod]
    [DataRow("""Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "metadata.annotations2", unknown field "spec.template.spec.containers[0].prot" """,
        "metadata.annotations2 spec.template.spec.containers[0].prot")]
    [DataRow("""failed to create typed patch object (d/x; v1, Kind=Service): .spec.ports[port=80,protocol="TCP"].prot: field not declared in schema""", "spec.ports[0].prot")]
    [DataRow("""pods "x" is forbidden""", "")]
    public void AreReadFromTheServersMessage(string message, string expected)
    {
        var body = JsonNode.Parse("""{"spec":{"ports":[{"port":80,"prot":1}]}}""");

        var found = ServerFieldErrors.UnknownFields(message, body);

        Assert.AreEqual(expected, string.Join(" ", found));
    }
}
