using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>One side of a comparison or merge. To be null and not to exist are different.</summary>
internal readonly record struct Operand(bool Exists, JsonNode? Node)
{
    public JsonObject? Map => Node as JsonObject;
    public JsonArray? List => Node as JsonArray;
    public bool HasContent => Node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 };

    public static Operand At(JsonObject? map, string name) => map is not null && map.TryGetPropertyValue(name, out var value) ? new(true, value) : default;

    public static Operand First(List<JsonNode?> list) => list.Count > 0 ? new(true, list[0]) : default;
}
