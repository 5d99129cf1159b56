using System.Text;
using System.Text.Json.Nodes;
using Engine.Tests.Api.Schema;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;
using static Engine.Tests.Api.Protobuf.Form;

namespace Engine.Tests.Api.Protobuf;

/// <summary>What is asked or ordered in protobuf, and not stored.</summary>
[TestClass]
public sealed class Questions
{
    private const string Maps = "/api/v1/namespaces/ns/configmaps";
    private const string Deployments = "/apis/apps/v1/namespaces/ns/deployments";

    [TestMethod]
    public async Task AnEvictionIsAskedForInProtobuf()
    {
        await using var host = await ApiHost.StartAsync();
        host.Objects.Create(Kinds.Pod, "ns", SampleObjects.Of(Kinds.Pod));
        var eviction = JsonNode.Parse("""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"sample","namespace":"ns"},"deleteOptions":{"gracePeriodSeconds":0}}""")!.AsObject();

        var answer = await host.SendRawAsync(HttpMethod.Post, "/api/v1/namespaces/ns/pods/sample/eviction", Accept, Envelope.Write(eviction)!, Envelope.MediaType);

        Assert.AreEqual((201, "Success"), (answer.Code, (string?)Read("Status", answer)["status"]));
        Assert.IsNull(host.Objects.Store.Find(new(Kinds.Pod, "ns", "sample")));
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(0)]
    public async Task AScaleIsSetAndAnswered(int replicas)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(Deployments, SampleObjects.Of(Kinds.Deployment).ToJsonString());
        var scale = Read("Scale", await host.SendRawAsync(HttpMethod.Get, $"{Deployments}/sample/scale", Accept));
        scale["spec"]!["replicas"] = replicas;

        var scaled = await host.SendRawAsync(HttpMethod.Put, $"{Deployments}/sample/scale", Accept, Envelope.Write(scale), Envelope.MediaType);

        Assert.AreEqual((replicas, "app=web"), ((int?)Read("Scale", scaled)["spec"]!["replicas"] ?? 0, (string?)Read("Scale", scaled)["status"]!["selector"]));
        Assert.AreEqual(replicas, (int?)(await host.GetAsync($"{Deployments}/sample")).Json["spec"]!["replicas"]);
    }

    [TestMethod]
    public async Task ADeletionHasItsOptions()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(Maps, """{"metadata":{"name":"a"}}""");
        static byte[] Options(string json) => Envelope.Write(JsonNode.Parse(json)!.AsObject())!;

        var other = await host.SendRawAsync(HttpMethod.Delete, $"{Maps}/a", Accept, Options("""{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"another"}}"""), Envelope.MediaType);
        var deleted = await host.SendRawAsync(HttpMethod.Delete, $"{Maps}/a", Accept, Options("""{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0,"propagationPolicy":"Background"}"""), Envelope.MediaType);

        Assert.AreEqual((409, 200), (other.Code, deleted.Code));
        Assert.AreEqual("Success", (string?)Read("Status", deleted)["status"]);
    }

    [TestMethod]
    [DataRow("authorization.k8s.io/v1/selfsubjectaccessreviews", """{"kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}""", """{"allowed":true}""")]
    [DataRow("authorization.k8s.io/v1/subjectaccessreviews", """{"kind":"SubjectAccessReview","spec":{"user":"nobody","extra":{"a":["b"]},"nonResourceAttributes":{"verb":"get","path":"/x"}}}""", """{"allowed":false}""")]
    [DataRow("authentication.k8s.io/v1/selfsubjectreviews", """{"kind":"SelfSubjectReview"}""", """{"userInfo":{"groups":["system:masters","system:authenticated"],"username":"kontrakt-admin"}}""")]
    [DataRow("authentication.k8s.io/v1/tokenreviews", """{"kind":"TokenReview","spec":{"token":"x"}}""", """{"error":"invalid bearer token","user":{}}""")]
    [DataRow("authorization.k8s.io/v1/selfsubjectrulesreviews", """{"kind":"SelfSubjectRulesReview","spec":{"namespace":"ns"}}""", "resourceRules")]
    public async Task AQuestionIsAnswered(string path, string json, string status)
    {
        await using var host = await ApiHost.StartAsync();
        var question = JsonNode.Parse(json)!.AsObject();
        question["apiVersion"] = path[..path.LastIndexOf('/')];

        var answer = await host.SendRawAsync(HttpMethod.Post, $"/apis/{path}", Accept, Envelope.Write(question), Envelope.MediaType);

        Assert.AreEqual(201, answer.Code, Encoding.UTF8.GetString(answer.Body));
        var read = Read((string)question["kind"]!, answer)["status"]!;
        if (status.StartsWith('{'))
            Assert.AreEqual(RoundTrips.Sorted(JsonNode.Parse(status)), RoundTrips.Sorted(read));
        else
            Assert.IsNotNull(read[status]);
    }

    [TestMethod]
    public async Task AnAccountGetsItsToken()
    {
        await using var host = await ApiHost.StartAsync();
        var request = JsonNode.Parse("""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":600}}""")!.AsObject();

        var answer = await host.SendRawAsync(HttpMethod.Post, "/api/v1/namespaces/ns/serviceaccounts/default/token", Accept, Envelope.Write(request), Envelope.MediaType);

        var token = (string)Read("TokenRequest", answer)["status"]!["token"]!;
        Assert.AreEqual("system:serviceaccount:ns:default", (string?)(await host.SendAsync(HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}", token: token)).Json["status"]?["userInfo"]?["username"]);
    }
}
