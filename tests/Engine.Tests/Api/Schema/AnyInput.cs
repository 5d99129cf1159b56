using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Patching;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.Schema;

/// <summary>Whatever JSON stands in whatever field: it is taken, or refused as a bad request; nothing else ever happens.</summary>
[TestClass]
public sealed class AnyInput
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1.5", "1e400", "99999999999999999999", "\"\"", "\"x\"", "\"../x\"", "\"\\u0000\"", "[]", "[null]", "[1]", "[\"x\"]", "[{}]", "[[]]",
        "{}", "{\"x\":1}", "{\"x\":null}", "{\"name\":\"x\"}", "[{\"name\":\"x\"},{\"name\":\"x\"}]", "{\"$patch\":\"delete\"}", "{\"f:x\":1}",
    ];

    private static readonly ClusterObjects Cluster = TestCluster.WithNamespace();

    public static IEnumerable<object[]> EveryKind => ServedKinds.Resources.Select(kind => new object[] { kind.Kind });

    [TestMethod]
    [Timeout(300_000)]
    [DynamicData(nameof(EveryKind))]
    public void InABody(string name) => Everywhere(name, Write);

    [TestMethod]
    [Timeout(300_000)]
    [DynamicData(nameof(EveryKind))]
    public void InAnApply(string name) => Everywhere(name, (kind, body) =>
    {
        var current = SampleObjects.Decoded(kind);
        FieldOwnership.Track(ServedKinds.Of(kind), null, current, "other", DateTimeOffset.UnixEpoch);
        ServerSideApply.Apply(current, new(ServedKinds.Of(kind), ServerSideApply.Read(ServedKinds.Of(kind), body, FieldValidation.Warn).Json, "me", false, DateTimeOffset.UnixEpoch));
    });

    [TestMethod]
    [Timeout(300_000)]
    [DataRow(Patches.Merge)]
    [DataRow(Patches.StrategicMerge)]
    public void InAPatch(string type)
    {
        foreach (var kind in ServedKinds.Resources)
            Everywhere(kind.Kind, (_, body) => Patches.Execute(type, ServedKinds.Of(kind), SampleObjects.Decoded(kind), body, FieldValidation.Strict));
    }

    private static void Write(ResourceKind kind, ReadOnlyMemory<byte> body)
    {
        var value = ObjectDecoder.Decode(kind, body, FieldValidation.Warn).Json;
        value["metadata"]!["uid"] = "uid";
        FieldOwnership.Track(ServedKinds.Of(kind), SampleObjects.Decoded(kind), value, "me", DateTimeOffset.UnixEpoch);
        Cluster.Create(kind, kind.Namespaced ? "ns" : "", value, dryRun: true);
    }

    private static void Everywhere(string name, Action<ResourceKind, ReadOnlyMemory<byte>> write)
    {
        var kind = ServedKinds.Resources.Single(kind => kind.Kind == name);
        var text = With(SampleObjects.Of(kind), kind);
        foreach (var place in Places(JsonNode.Parse(text)!, []))
            foreach (var value in Values)
            {
                var body = Replaced(text, place, value);
                try
                {
                    write(kind, SampleObjects.Utf8(body));
                }
                catch (StatusException refused) when (refused.Code is 400 or 409 or 422)
                {
                    Assert.IsGreaterThan(0, refused.Message.Length);
                }
                catch (Exception e)
                {
                    throw new AssertFailedException($"{string.Join('.', place)} = {value}: {e}", e);
                }
            }
    }

    private static string With(JsonObject value, ResourceKind kind)
    {
        value["apiVersion"] = kind.GroupVersionKind.ApiVersion;
        value["kind"] = kind.Kind;
        return value.ToJsonString();
    }

    private static IEnumerable<object[]> Places(JsonNode node, object[] path)
    {
        IEnumerable<(object Step, JsonNode? Below)> children = node switch
        {
            JsonObject map => map.Select(pair => ((object)pair.Key, pair.Value)),
            JsonArray list => list.Select((item, index) => ((object)index, item)),
            _ => [],
        };
        foreach (var (step, below) in children)
        {
            object[] place = [.. path, step];
            yield return place;
            if (below is not null)
                foreach (var deeper in Places(below, place))
                    yield return deeper;
        }
    }

    private static string Replaced(string text, object[] place, string value)
    {
        // By a mark, since a number like 1e400 is one that JsonNode cannot hold.
        var root = JsonNode.Parse(text)!;
        var parent = root;
        foreach (var step in place[..^1])
            parent = step is int index ? parent[index]! : parent[(string)step]!;
        if (place[^1] is int last)
            parent[last] = "@@@";
        else
            parent[(string)place[^1]] = "@@@";
        return root.ToJsonString().Replace("\"@@@\"", value, StringComparison.Ordinal);
    }
}
