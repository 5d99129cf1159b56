using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Engine.Tests.Api.Schema;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.Protobuf;

/// <summary>
/// The cluster of KONTRAKT_TEST_KUBECONFIG speaks protobuf of its own: what it writes is read here as what it writes in JSON, and what is written
/// here it reads as the same in JSON.
/// </summary>
[TestClass]
public sealed class SameAsKubernetes
{
    private const string Json = "application/json";

    /// <summary>What is different at every request.</summary>
    private static readonly string[] Fresh = ["uid", "resourceVersion", "creationTimestamp", "managedFields", "clusterIP", "clusterIPs", "secrets"];

    public static IEnumerable<object[]> EveryKind => ServedKinds.Resources.Where(kind => ServedKinds.Of(kind).Schema.HasMessages).Select(kind => new object[] { kind.Kind });

    [TestMethod]
    [Timeout(120_000)]
    [DynamicData(nameof(EveryKind))]
    public async Task WhatItHasReadsTheSame(string name)
    {
        using var cluster = RawCluster.Connect();
        var kind = ServedKinds.Resources.Single(kind => kind.Kind == name);
        var collection = Collection(kind, null);
        await NeedAsync(cluster, collection);

        var json = Parse(await cluster.GetAsync(collection, Json))["items"]!.AsArray()
            .Select(item => Decoded(kind, item!.DeepClone().AsObject())).ToDictionary(Revision);
        var messages = Lists.Read(await cluster.GetAsync(collection, Envelope.MediaType), kind).ToDictionary(Revision);

        foreach (var revision in json.Keys.Intersect(messages.Keys))
            Assert.AreEqual(RoundTrips.Sorted(json[revision]), RoundTrips.Sorted(messages[revision]));
        Assert.IsTrue(json.Count == 0 || json.Keys.Intersect(messages.Keys).Any(), "all objects changed between two requests");
    }

    [TestMethod]
    [Timeout(120_000)]
    [DynamicData(nameof(EveryKind))]
    public async Task WhatItIsSentReadsTheSame(string name)
    {
        using var cluster = RawCluster.Connect();
        var kind = ServedKinds.Resources.Single(kind => kind.Kind == name);
        var item = Sample(kind);
        var path = Collection(kind, kind.Namespaced ? "default" : null) + "?dryRun=All";
        await NeedAsync(cluster, Collection(kind, null));

        var fromJson = Decoded(kind, Parse(await cluster.PostAsync(path, Encoding.UTF8.GetBytes(item.ToJsonString()), Json, Json)));
        var fromMessage = Decoded(kind, Parse(await cluster.PostAsync(path, Envelope.Write(item)!, Envelope.MediaType, Json)));

        Assert.AreEqual(RoundTrips.Sorted(Lasting(fromJson)), RoundTrips.Sorted(Lasting(fromMessage)));
        Assert.IsTrue(fromJson.Count > 2, fromJson.ToJsonString());
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ItsRefusalsReadTheSame()
    {
        using var cluster = RawCluster.Connect();
        const string path = "/api/v1/namespaces/default/configmaps/there-is-not-one";

        var json = Parse(await cluster.GetAsync(path, Json, 404));
        var message = Envelope.Read(await cluster.GetAsync(path, Envelope.MediaType, 404), KubernetesSchema.Types["Status"]);

        var shape = KubernetesSchema.Types["Status"].Shape;
        Assert.AreEqual(RoundTrips.Sorted(new ShapeReader(new()).Object(json, shape, Place.Root)), RoundTrips.Sorted(new ShapeReader(new()).Object(message, shape, Place.Root)));
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", """{"kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}""")]
    [DataRow("/apis/authorization.k8s.io/v1/subjectaccessreviews", """{"kind":"SubjectAccessReview","spec":{"user":"a","groups":["b"],"extra":{"c":["d","e"],"f":[]},"nonResourceAttributes":{"verb":"get","path":"/x"}}}""")]
    [DataRow("/apis/authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews", """{"kind":"LocalSubjectAccessReview","metadata":{"namespace":"default"},"spec":{"user":"a","resourceAttributes":{"namespace":"default","verb":"get","resource":"pods"}}}""")]
    [DataRow("/apis/authentication.k8s.io/v1/tokenreviews", """{"kind":"TokenReview","spec":{"token":"x","audiences":["a"]}}""")]
    [DataRow("/api/v1/namespaces/default/serviceaccounts/default/token", """{"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1","spec":{"audiences":["a"],"expirationSeconds":600}}""")]
    public async Task WhatItIsAskedAndAnswersReadsTheSame(string path, string json)
    {
        using var cluster = RawCluster.Connect();
        var question = Parse(Encoding.UTF8.GetBytes(json));
        question["apiVersion"] ??= path.Split('/')[2] + "/v1";
        var type = KubernetesSchema.Types[(string)question["kind"]!];

        var fromJson = Parse(await cluster.PostAsync(path, Encoding.UTF8.GetBytes(question.ToJsonString()), Json, Json));
        var fromMessage = Envelope.Read(await cluster.PostAsync(path, Envelope.Write(question)!, Envelope.MediaType, Envelope.MediaType), type);

        foreach (var answer in new[] { fromJson, fromMessage })
        {
            answer["metadata"]!.AsObject().Remove("managedFields");
            foreach (var fresh in new[] { "token", "expirationTimestamp" })
                answer["status"]!.AsObject().Remove(fresh);
        }
        Assert.AreEqual(RoundTrips.Sorted(new ShapeReader(new()).Object(fromJson, type.Shape, Place.Root)), RoundTrips.Sorted(new ShapeReader(new()).Object(fromMessage, type.Shape, Place.Root)));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow(Envelope.MediaType)]
    [DataRow(Form.Accept)]
    [DataRow("application/json," + Envelope.MediaType)]
    [DataRow("application/json;q=0.5," + Envelope.MediaType)]
    [DataRow(Envelope.MediaType + ";q=0.5,application/json;q=0.6")]
    [DataRow("text/html," + Form.Accept)]
    [DataRow("*/*")]
    [DataRow(Envelope.MediaType + ";stream=watch")]
    [DataRow(Envelope.MediaType + ";as=Table;g=meta.k8s.io;v=v1")]
    [DataRow(Envelope.MediaType + ";as=Table;g=meta.k8s.io;v=v1,application/json")]
    [DataRow(Envelope.MediaType + ";as=Table;g=meta.k8s.io;v=v1,application/json;as=Table;g=meta.k8s.io;v=v1," + Envelope.MediaType)]
    [DataRow(Envelope.MediaType + ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json")]
    [DataRow("text/html")]
    public async Task ItAnswersInTheSameForm(string accept)
    {
        using var cluster = RawCluster.Connect();
        await using var host = await ApiHost.StartAsync();
        foreach (var path in new[] { "/api/v1/namespaces/default", "/api/v1/namespaces/default/configmaps/there-is-not-one", "/api/v1/namespaces?watch=1&timeoutSeconds=1" })
        {
            var asking = cluster.AskAsync(path, accept);
            var ours = await host.SendRawAsync(HttpMethod.Get, path.Replace("/default", "/ns", StringComparison.Ordinal), accept);
            var theirs = await asking;

            Assert.AreEqual((theirs.Code, theirs.ContentType), (ours.Code, ours.ContentType), path);
        }
    }

    /// <summary>The sample without what came after 1.20.</summary>
    private static JsonObject Sample(ResourceKind kind)
    {
        var text = SampleObjects.Of(kind).ToJsonString().Replace("\"sleep\":{\"seconds\":1}", "\"exec\":{\"command\":[\"a\"]}", StringComparison.Ordinal)
            .Replace("\"namespace\":\"ns\"", "\"namespace\":\"default\"", StringComparison.Ordinal);
        var item = JsonNode.Parse(text)!.AsObject();
        item["apiVersion"] = kind.GroupVersionKind.ApiVersion;
        item["kind"] = kind.Kind;
        item["metadata"]!["name"] = $"protobuf-{Guid.NewGuid().ToString("N")[..8]}";
        // Events with a time in microseconds have to have these.
        if (kind == Kinds.Event)
            (item["reportingComponent"], item["reportingInstance"], item["action"]) = ("tests.example/a", "a", "Test");
        return Decoded(kind, item);
    }

    private static JsonObject Decoded(ResourceKind kind, JsonObject item) => ObjectDecoder.Decode(kind, item, FieldValidation.Ignore).Json;

    private static JsonObject Lasting(JsonObject item)
    {
        foreach (var field in Fresh)
        {
            item["metadata"]!.AsObject().Remove(field);
            (item["spec"] as JsonObject)?.Remove(field);
            item.Remove(field);
        }
        // A pod has the token of its account, a job the label of its pods.
        return JsonNode.Parse(Regex.Replace(item.ToJsonString(), "default-token-[a-z0-9]+|(?<=controller-uid\":\")[^\"]+", "fresh"))!.AsObject();
    }

    private static string Revision(JsonObject item) => $"{item["metadata"]!["uid"]} {item["metadata"]!["resourceVersion"]}";

    /// <summary>Kubernetes 1.20 has some kinds in an older version only.</summary>
    private static async Task NeedAsync(RawCluster cluster, string collection)
    {
        if ((await cluster.AskAsync(collection, Json)).Code == 404)
            Assert.Inconclusive($"skipped: the cluster has no {collection}");
    }

    private static string Collection(ResourceKind kind, string? inNamespace) =>
        (kind.Group.Length == 0 ? "/api/v1" : $"/apis/{kind.GroupVersionKind.ApiVersion}") + (inNamespace is null ? "" : $"/namespaces/{inNamespace}") + $"/{kind.Plural}";

    private static JsonObject Parse(byte[] json) => JsonNode.Parse(json)!.AsObject();
}
