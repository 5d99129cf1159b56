using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>A step from an object to its field, as FieldsV1 writes it: f:NAME, k:{KEYS} for an element of a keyed list, v:VALUE for one of a set.</summary>
internal static class PathStep
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Shape Deduced = new(ShapeKind.Deduced);

    public static string Field(string name) => "f:" + name;

    public static bool IsValid(string text) =>
        text.StartsWith("f:", StringComparison.Ordinal) || text.StartsWith("v:", StringComparison.Ordinal) || (text.StartsWith("k:", StringComparison.Ordinal) && Keys(text) is not null);

    /// <summary>The step to an element of a list that is not atomic.</summary>
    /// <param name="problem">Why there is none: an element without its key.</param>
    public static string? Element(Shape list, JsonNode? element, out string? problem)
    {
        problem = null;
        if (list.Keys.Count > 0)
            return Keyed(list, element as JsonObject, out problem);
        if (element is JsonValue scalar)
            return "v:" + scalar.ToJsonString(Plain);
        problem = element is null ? "associative list without keys has an element that's an explicit null" : "associative list without keys has an element that's a map type";
        return null;
    }

    private static string? Keyed(Shape list, JsonObject? element, out string? problem)
    {
        problem = null;
        var keys = new JsonObject();
        foreach (var name in list.Keys.Order(StringComparer.Ordinal))
        {
            if (element is null)
                problem = "associative list with keys may not have non-map elements";
            else if (element[name] is JsonValue value)
                keys[name] = value.DeepClone();
            else if (Otherwise(list.Element?.Type?.Find(name)) is { } otherwise)
                keys[name] = otherwise;
            else
                problem = $"associative list with keys has an element that omits key field \"{name}\" (and doesn't have default value)";
            if (problem is not null)
                return null;
        }
        return "k:" + keys.ToJsonString(Plain);
    }

    /// <summary>Of a required key that is left out, its type's zero: validation will say that it is missing.</summary>
    private static JsonNode? Otherwise(SchemaField? field) => field switch
    {
        { Default: { } text } => text,
        { Required: true, Shape.Kind: ShapeKind.Text } => "",
        { Required: true, Shape.Kind: ShapeKind.Int32 or ShapeKind.Int64 } => JsonNumber.Of(0),
        _ => null,
    };

    /// <summary>.spec, [name="web"], [="a"]: as messages write it.</summary>
    public static string Show(string step) => step[..2] switch
    {
        "f:" => "." + step[2..],
        "k:" when Keys(step) is { } keys => $"[{string.Join(',', keys.Select(pair => $"{pair.Key}={pair.Value?.ToJsonString(Plain)}"))}]",
        "v:" => $"[={step[2..]}]",
        _ => step,
    };

    private static JsonObject? Keys(string step)
    {
        try
        {
            return JsonNode.Parse(step[2..]) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static Shape? ShapeBelow(Shape shape, string step) => shape.Kind switch
    {
        ShapeKind.Object => shape.Type?.Find(step[2..])?.Shape ?? (shape.Type is { IsOpen: true } ? Deduced : null),
        ShapeKind.Deduced => shape,
        ShapeKind.List or ShapeKind.Map => shape.Element,
        _ => null,
    };
}
