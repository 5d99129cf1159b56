using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema;

/// <summary>
/// Makes of any JSON a value of a shape, as the API server's decoder does: what is null or an insignificant zero is left out,
/// objects that are always there are put in, fields that the shape does not have are dropped and reported.
/// </summary>
/// <param name="duplicates">Where fields were given twice: reported in the order in which unknown ones are met.</param>
internal sealed class ShapeReader(DecodingFaults faults, IReadOnlyList<Place>? duplicates = null)
{
    private readonly HashSet<string> twice = [.. (duplicates ?? []).Select(place => place.Dotted)];

    public JsonObject Object(JsonObject value, Shape shape, Place place) => Object(value, shape.Type ?? throw new ArgumentException("not the shape of an object", nameof(shape)), place);

    private JsonObject Object(JsonObject value, ObjectType type, Place place)
    {
        var result = new JsonObject();
        foreach (var (name, given) in value)
        {
            if (type.Find(name) is not { } field)
            {
                faults.Unknown(place.Field(name));
                continue;
            }
            ReportTwice(place.Field(name));
            if (given is not null && Value(given, field.Shape, place.Field(name), type) is { } read && IsKept(field, read))
                result[name] = read;
        }
        foreach (var field in type.Fields.Values)
            if (field is { Optional: false, Shape.Type: { } always } && !result.ContainsKey(field.Name))
                result[field.Name] = Object([], always, place);
        return result;
    }

    private JsonNode? Value(JsonNode value, Shape shape, Place place, ObjectType within) => (shape.Kind, value) switch
    {
        (ShapeKind.Object, JsonObject map) when shape.Type is { } type => Object(map, type, place),
        (ShapeKind.Object, JsonValue flag) when shape.OrBoolean && flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False => flag.DeepClone(),
        (ShapeKind.Map, JsonObject map) when shape.Element is { } element => Map(map, element, place, within),
        (ShapeKind.List, JsonArray list) when shape.Element is { } element => List(list, element, place, within),
        (ShapeKind.Any, _) => value.DeepClone(),
        (_, JsonValue scalar) when shape.IsScalar => Scalar(scalar, shape, place, within),
        _ => Misfit(value, shape, place, within),
    };

    private JsonObject Map(JsonObject map, Shape element, Place place, ObjectType within)
    {
        var result = new JsonObject();
        foreach (var (key, value) in map)
        {
            ReportTwice(place.Key(key));
            result[key] = Element(value, element, place.Key(key), within);
        }
        return result;
    }

    private void ReportTwice(Place place)
    {
        if (twice.Count > 0 && twice.Contains(place.Dotted))
            faults.Duplicate(place);
    }

    private JsonArray List(JsonArray list, Shape element, Place place, ObjectType within)
    {
        var result = new JsonArray();
        for (var index = 0; index < list.Count; index++)
            result.Add(Element(list[index], element, place.At(index), within));
        return result;
    }

    private JsonNode? Element(JsonNode? value, Shape shape, Place place, ObjectType within) =>
        (value is null ? null : Value(value, shape, place, within)) ?? Zero(shape);

    /// <summary>What null becomes inside a list or map.</summary>
    private JsonNode? Zero(Shape shape) => shape.Kind switch
    {
        ShapeKind.Object when shape.Type is { } type => Object([], type, Place.Root),
        ShapeKind.Text or ShapeKind.Bytes => JsonValue.Create(""),
        ShapeKind.Boolean => JsonValue.Create(false),
        ShapeKind.Int32 or ShapeKind.Int64 or ShapeKind.Number or ShapeKind.IntOrString => JsonNumber.Of(0),
        ShapeKind.Quantity => JsonValue.Create("0"),
        ShapeKind.List => new JsonArray(),
        ShapeKind.Map => new JsonObject(),
        _ => null,
    };

    private JsonValue? Scalar(JsonValue value, Shape shape, Place place, ObjectType within)
    {
        if (Scalars.Read(value, shape.Kind, out var problem) is { } read)
            return read;
        if (problem is null)
            Misfit(value, shape, place, within);
        else
            faults.Misfit(place, problem);
        return null;
    }

    private JsonNode? Misfit(JsonNode value, Shape shape, Place place, ObjectType within)
    {
        var given = value.GetValueKind() switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number when shape.Kind is ShapeKind.Int32 or ShapeKind.Int64 => $"number {value.ToJsonString()}",
            JsonValueKind.Number => "number",
            _ => "bool",
        };
        faults.Misfit(place, $"json: cannot unmarshal {given} into Go struct field {within.Name}.{place.Fields} of type {shape.GoType}");
        return null;
    }

    private static bool IsKept(SchemaField field, JsonNode value) => field.Required || field.Optional || value switch
    {
        JsonArray list => list.Count > 0,
        JsonObject map => map.Count > 0 || field.Shape.Kind != ShapeKind.Map,
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => ((string?)value)?.Length > 0,
            JsonValueKind.Number => value.ToJsonString() != "0",
            var kind => kind != JsonValueKind.False,
        },
    };
}
