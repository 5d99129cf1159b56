using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Schema.Protobuf;

namespace Engine.Tests.Api.Protobuf;

/// <summary>No field is lost on the way to protobuf and back, in any kind and in whatever is only asked and answered.</summary>
[TestClass]
public sealed class RoundTrips
{
    public static IEnumerable<object[]> EveryKind => ServedKinds.Resources.Where(kind => ServedKinds.Of(kind).Schema.HasMessages).Select(kind => new object[] { kind.Kind });

    [TestMethod]
    [DynamicData(nameof(EveryKind))]
    public void AnObjectWithEveryFieldComesBackTheSame(string name)
    {
        var kind = ServedKinds.Resources.Single(kind => kind.Kind == name);
        foreach (var zero in new[] { false, true })
        {
            var value = ObjectDecoder.Decode(kind, FullObjects.Of(KubernetesSchema.TypeOf(kind), zero), FieldValidation.Strict).Json;

            var back = ObjectDecoder.DecodeMessage(kind, Envelope.Write(value)).Json;

            AreEqual(value, back);
        }
    }

    [TestMethod]
    public void SoDoesEveryTypeOfTheSchema()
    {
        foreach (var type in KubernetesSchema.Types.Values.Where(type => !type.IsJsonOnly))
            foreach (var zero in new[] { false, true })
            {
                var value = Read(FullObjects.Of(type, zero), type);

                var back = Read(MessageReader.Read(MessageWriter.Write(value, type), type), type);

                AreEqual(value, back);
            }
    }

    /// <summary>The table has another name for it, or is older than the schema: numbers.sh makes it again.</summary>
    [TestMethod]
    public void EveryFieldHasANumber()
    {
        var without = KubernetesSchema.Types.Values.Where(type => !type.IsJsonOnly).SelectMany(type => type.Fields.Keys
            .Where(field => !FullObjects.IsInEnvelope(type, field) && !MessageType.Of(type).Knows(field))
            .Select(field => $"{type}.{field}"));

        Assert.AreEqual("", string.Join('\n', without));
    }

    [TestMethod]
    public void EveryListHasItsItemsUnderTheSameNumber()
    {
        foreach (var kind in ServedKinds.Resources.Where(kind => ServedKinds.Of(kind).Schema.HasMessages))
            CollectionAssert.AreEqual(new[] { ("metadata", 1), ("items", 2) },
                FieldNumbers.Of($"{KubernetesSchema.TypeOf(kind)}List").Select(field => (field.Name, field.Number)).ToArray(), kind.Kind);
    }

    private static JsonObject Read(JsonObject value, ObjectType type) => new ShapeReader(new()).Object(value, type.Shape, Place.Root);

    private static void AreEqual(JsonObject expected, JsonObject actual)
    {
        if (!JsonNode.DeepEquals(expected, actual))
            Assert.AreEqual(Sorted(expected), Sorted(actual));
    }

    internal static string Sorted(JsonNode? node) => node switch
    {
        JsonObject map => $"{{{string.Join(",\n", map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {Sorted(pair.Value)}"))}}}",
        JsonArray list => $"[{string.Join(", ", list.Select(Sorted))}]",
        _ => node?.ToJsonString() ?? "null",
    };
}
