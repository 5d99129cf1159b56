using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Schema;

/// <summary>Texts that must be one of a few, wherever the schema says so; a status is the server's own.</summary>
internal static class EnumerationRules
{
    public static void Check(JsonObject value, Shape shape, Faults faults)
    {
        foreach (var field in shape.Type?.Fields.Values ?? [])
            if (field.Name is not ("status" or "metadata"))
                Check(value[field.Name], field.Shape, Place.Of(field.Name), faults);
    }

    private static void Check(JsonNode? value, Shape shape, Place place, Faults faults)
    {
        switch (value)
        {
            case JsonObject map when shape.Kind == ShapeKind.Object:
                foreach (var (name, below) in map)
                    if (shape.Type?.Find(name) is { Shape: { } field })
                        Check(below, field, place.Field(name), faults);
                break;
            case JsonArray list when shape.Element is { } element:
                for (var index = 0; index < list.Count; index++)
                    Check(list[index], element, place.At(index), faults);
                break;
            case JsonValue text when shape.Values is { } values && text.ToString() is { Length: > 0 } given && !values.Contains(given):
                faults.NotSupported(place, given, values.Where(each => each.Length > 0));
                break;
        }
    }
}
