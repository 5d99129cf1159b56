using System.Text;
using Engine.Tests.Api.Schema;
using Kontrakt.Engine.Api.Patching;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;
using static Engine.Tests.Api.Protobuf.Form;

namespace Engine.Tests.Api.Protobuf;

/// <summary>Requests in protobuf, and answers, as Go clients send and want them.</summary>
[TestClass]
public sealed class Requests
{
    private const string Maps = "/api/v1/namespaces/ns/configmaps";

    public static IEnumerable<object[]> EveryKind => ServedKinds.Resources.Where(kind => ServedKinds.Of(kind).Schema.HasMessages && kind != Kinds.Pod && kind != Kinds.Node).Select(kind => new object[] { kind.Kind });

    [TestMethod]
    [DynamicData(nameof(EveryKind))]
    public async Task AnObjectOfEveryKindIsMadeReadAndListed(string name)
    {
        await using var host = await ApiHost.StartAsync();
        var kind = ServedKinds.Resources.Single(kind => kind.Kind == name);
        var path = (kind.Group.Length == 0 ? "/api/v1" : $"/apis/{kind.GroupVersionKind.ApiVersion}") + (kind.Namespaced ? "/namespaces/ns" : "") + $"/{kind.Plural}";

        var made = await host.SendRawAsync(HttpMethod.Post, path, Accept, Envelope.Write(ObjectDecoder.Decode(kind, SampleObjects.Of(kind), FieldValidation.Strict).Json), Envelope.MediaType);

        Assert.AreEqual((201, Envelope.MediaType), (made.Code, made.ContentType), Encoding.UTF8.GetString(made.Body));
        var json = (await host.GetAsync($"{path}/sample")).Json;
        var expected = Sorted(kind, json);
        Assert.AreEqual(expected, Sorted(kind, Envelope.Read((await host.SendRawAsync(HttpMethod.Get, $"{path}/sample", Accept)).Body, KubernetesSchema.TypeOf(kind))));
        var listed = Lists.Read((await host.SendRawAsync(HttpMethod.Get, path, Accept)).Body, kind).Single(item => (string?)item["metadata"]!["name"] == "sample");
        Assert.AreEqual(expected, Sorted(kind, listed));
    }

    [TestMethod]
    public async Task AListHasItsMetadata()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var name in new[] { "a", "b", "c" })
            await host.PostAsync(Maps, $$$"""{"metadata":{"name":"{{{name}}}"}}""");
        var json = (await host.GetAsync($"{Maps}?limit=2")).Json;

        var list = (await host.SendRawAsync(HttpMethod.Get, $"{Maps}?limit=2", Accept)).Body;

        Assert.AreEqual(2, Lists.Read(list, Kinds.ConfigMap).Count);
        Assert.AreEqual(RoundTrips.Sorted(json["metadata"]), RoundTrips.Sorted(Lists.Metadata(list)));
        Assert.AreEqual("""{"apiVersion":"v1","kind":"ConfigMapList"}""", Lists.Type(list).ToJsonString());
    }

    [TestMethod]
    [DataRow("PartialObjectMetadata", $"{Maps}/a")]
    [DataRow("PartialObjectMetadataList", Maps)]
    public async Task MetadataCanBeAskedForAlone(string shape, string path)
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(Maps, """{"metadata":{"name":"a","labels":{"x":"y"}},"data":{"k":"v"}}""");
        var json = (await host.GetAsync($"{Maps}/a")).Json["metadata"];

        var answer = (await host.SendRawAsync(HttpMethod.Get, path, $"{Envelope.MediaType};as={shape};g=meta.k8s.io;v=v1,application/json")).Body;

        Assert.AreEqual($$"""{"apiVersion":"meta.k8s.io/v1","kind":"{{shape}}"}""", Lists.Type(answer).ToJsonString());
        var type = KubernetesSchema.Types["PartialObjectMetadata"];
        var metadata = shape.EndsWith("List", StringComparison.Ordinal) ? MessageReader.Read(Lists.Items(answer).Single(), type) : Envelope.Read(answer, type);
        Assert.AreEqual(RoundTrips.Sorted(json), RoundTrips.Sorted(metadata["metadata"]));
    }

    [TestMethod]
    public async Task ARefusalIsAStatusInProtobuf()
    {
        await using var host = await ApiHost.StartAsync();
        var json = (await host.GetAsync($"{Maps}/nothing")).Json;

        var refused = await host.SendRawAsync(HttpMethod.Get, $"{Maps}/nothing", Accept);

        Assert.AreEqual((404, Envelope.MediaType), (refused.Code, refused.ContentType));
        Assert.AreEqual(RoundTrips.Sorted(json), RoundTrips.Sorted(Read("Status", refused)));
    }

    [TestMethod]
    public async Task KindsThatOnlyClustersHaveAreRefusedByName()
    {
        await using var host = await ApiHost.StartAsync();

        var refused = await host.SendRawAsync(HttpMethod.Post, "/apis/networking.k8s.io/v1/namespaces/ns/ingresses", Accept, [.. Envelope.Head("networking.k8s.io/v1", "Ingress", 0)], Envelope.MediaType);

        Assert.AreEqual("the embedded engine has no Ingress; set KontraktKubeContext to a cluster", (string?)Read("Status", refused)["message"]);
    }

    [TestMethod]
    public async Task APatchIsJsonAndItsAnswerProtobuf()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(Maps, """{"metadata":{"name":"a"}}""");

        var patched = await host.SendRawAsync(HttpMethod.Patch, $"{Maps}/a", Accept, """{"data":{"k":"v"}}"""u8.ToArray(), Patches.Merge);

        Assert.AreEqual("""{"k":"v"}""", Read("ConfigMap", patched)["data"]!.ToJsonString());
        Assert.AreEqual(415, (await host.SendRawAsync(HttpMethod.Patch, $"{Maps}/a", Accept, Envelope.Write(new() { ["kind"] = "ConfigMap" }), Envelope.MediaType)).Code);
    }

    [TestMethod]
    [DataRow("", "the object provided is unrecognized (must be of type ConfigMap): empty data")]
    [DataRow("{}", "the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")]
    [DataRow("k8s\0\n\u0005", "the body cannot be handled as a ConfigMap: unexpected EOF")]
    [DataRow("k8s\0\n\u0005\u0012\u0003Pod", "the body cannot be handled as a ConfigMap: its kind is Pod")]
    [DataRow("k8s\0\n\u0006\n\u0004v1.1", "the API version in the data (v1.1) does not match the expected API version (v1)")]
    [DataRow("k8s\0\u001a\u0004gzip", "the body cannot be handled as a ConfigMap: the content encoding gzip is not known")]
    public async Task WhatIsNotAnObjectOfTheKindIsRefused(string body, string message)
    {
        await using var host = await ApiHost.StartAsync();

        var refused = await host.SendRawAsync(HttpMethod.Post, Maps, Accept, Encoding.UTF8.GetBytes(body), Envelope.MediaType);

        Assert.AreEqual((400, message), (refused.Code, (string?)Read("Status", refused)["message"]));
    }
}
