using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;

namespace Engine.Tests.Api.Protobuf;

/// <summary>Objects that have every field of their type, whether or not they make sense together.</summary>
internal static class FullObjects
{
    /// <param name="zero">Each scalar is its type's zero; of text that is empty.</param>
    public static JsonObject Of(ObjectType type, bool zero) =>
        new(type.Fields.Values.Where(field => !IsInEnvelope(type, field.Name)).Select(field => KeyValuePair.Create(field.Name, (JsonNode?)Value(field.Shape, zero, field.Name))));

    /// <summary>What an object is, its message does not repeat.</summary>
    public static bool IsInEnvelope(ObjectType type, string field) => field is "apiVersion" or "kind" && (type.Find("metadata") is not null || type.Name == "DeleteOptions");

    private static JsonNode Value(Shape shape, bool zero, string name) => shape.Kind switch
    {
        ShapeKind.Object => Of(shape.Type!, zero),
        ShapeKind.List => new JsonArray(Value(shape.Element!, zero, name), Value(shape.Element!, zero: false, name + "2")),
        ShapeKind.Map => new JsonObject { ["a"] = Value(shape.Element!, zero, name), ["b/ü"] = Value(shape.Element!, zero: false, name) },
        ShapeKind.Text => zero ? "" : $"{name} ü\n",
        ShapeKind.Bytes => zero ? "" : "AP9/gA==",
        ShapeKind.Boolean => !zero,
        ShapeKind.Int32 => zero ? 0 : int.MinValue + name.Length,
        ShapeKind.Int64 => zero ? 0 : long.MaxValue - name.Length,
        ShapeKind.Quantity => zero ? "0" : "1500m",
        ShapeKind.IntOrString => zero ? 0 : name.Length % 2 == 0 ? "25%" : -name.Length,
        ShapeKind.Time => zero ? "1970-01-01T00:00:00Z" : "2026-12-01T03:04:05Z",
        ShapeKind.Duration => zero ? "0s" : "1m15.25s",
        ShapeKind.MicroTime => zero ? "1969-12-31T23:59:59.000001Z" : "2026-12-01T03:04:05.123456Z",
        _ => new JsonObject { ["f:metadata"] = new JsonObject { ["."] = new JsonObject() } },
    };
}
