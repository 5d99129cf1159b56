using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Served = Kontrakt.Engine.Api.OpenApi.ServedOpenApi;

namespace Engine.Tests.Api.Schema;

/// <summary>The schema as clients read it.</summary>
[TestClass]
public sealed class OpenApi
{
    [TestMethod]
    public void EveryKindIsFoundAndEveryReferenceLeadsSomewhere()
    {
        var definitions = JsonNode.Parse(new Served([]).Json.Span)!["definitions"]!.AsObject();

        var kinds = definitions.SelectMany(pair => pair.Value!["x-kubernetes-group-version-kind"] as JsonArray ?? []).Select(named => $"{named!["group"]}/{named["kind"]}");
        CollectionAssert.AreEquivalent(ServedKinds.Resources.Concat(MetricsKinds.All.Select(kind => kind.Resource)).Select(kind => $"{kind.Group}/{kind.Kind}").ToArray(), kinds.ToArray());
        foreach (var reference in References(definitions))
            Assert.IsTrue(definitions.ContainsKey(reference["#/definitions/".Length..]), reference);
    }

    [TestMethod]
    public void AListSaysHowItIsMerged()
    {
        var pod = JsonNode.Parse(new Served([]).Json.Span)!["definitions"]!["io.k8s.api.core.v1.PodSpec"]!;

        var expected = """{"type":"array","items":{"$ref":"#/definitions/io.k8s.api.core.v1.Volume"},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"x-kubernetes-patch-merge-key":"name","x-kubernetes-patch-strategy":"merge,retainKeys"}""";
        Assert.AreEqual(expected, pod["properties"]!["volumes"]!.ToJsonString());
        Assert.AreEqual("""["containers"]""", pod["required"]!.ToJsonString());
    }

    /// <summary>Read back by the rules of the wire format alone: the same definitions, by gnostic's field numbers.</summary>
    [TestMethod]
    public void TheProtobufFormSaysTheSame()
    {
        var json = JsonNode.Parse(new Served([]).Json.Span)!["definitions"]!.AsObject();

        var definitions = Fields(new Served([]).Protobuf.Span).Single(field => field.Number == 9).Value;

        var schemas = Fields(definitions).Select(entry => Fields(entry.Value)).ToDictionary(entry => Encoding.UTF8.GetString(entry[0].Value), entry => Fields(entry[1].Value));
        CollectionAssert.AreEquivalent(json.Select(pair => pair.Key).ToArray(), schemas.Keys.ToArray());
        foreach (var (name, schema) in schemas)
            CollectionAssert.AreEqual((json[name]!["properties"] as JsonObject ?? []).Select(pair => pair.Key).ToArray(), Properties(schema), name);
        var kind = schemas["io.k8s.api.core.v1.Pod"].Single(field => field.Number == 31).Value;
        Assert.AreEqual("x-kubernetes-group-version-kind", Encoding.UTF8.GetString(Fields(kind)[0].Value));
        StringAssert.Contains(Encoding.UTF8.GetString(kind), """[{"group":"","kind":"Pod","version":"v1"}]""");
    }

    private static string[] Properties(List<(int Number, byte[] Value)> schema) =>
        [.. schema.Where(field => field.Number == 25).SelectMany(field => Fields(field.Value)).Select(entry => Encoding.UTF8.GetString(Fields(entry.Value)[0].Value))];

    private static List<(int Number, byte[] Value)> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new List<(int, byte[])>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var length = Varint(message, ref at);
            if ((tag & 7) == 0)
                continue;
            Assert.AreEqual(2, tag & 7);
            fields.Add((tag >> 3, message.Slice(at, length).ToArray()));
            at += length;
        }
        return fields;
    }

    private static int Varint(ReadOnlySpan<byte> message, ref int at)
    {
        var (value, shift) = (0, 0);
        for (; message[at] >= 0x80; shift += 7)
            value |= (message[at++] & 0x7f) << shift;
        return value | message[at++] << shift;
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => pair is { Key: "$ref", Value: JsonValue } ? [pair.Value!.ToString()] : References(pair.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
