using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>What a schema's words for structure ask of values: sets and maps have nothing twice, an embedded resource is one.</summary>
internal static class StructureChecks
{
    public static void Check(JsonNode? value, StructuralSchema schema, Place place, Faults faults)
    {
        if (value is JsonArray list)
        {
            if (schema.ListType is "set" or "map")
                Unique(list, schema, place, faults);
            for (var index = 0; index < list.Count && schema.Items is not null; index++)
                Check(list[index], schema.Items, place.At(index), faults);
        }
        else if (value is JsonObject map)
        {
            if (schema.IsEmbedded)
                Embedded(map, place, faults);
            foreach (var (name, below) in map)
                if (schema.Of(name) is { } known)
                    Check(below, known, place.Field(name), faults);
        }
    }

    private static void Unique(JsonArray list, StructuralSchema schema, Place place, Faults faults)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < list.Count; index++)
        {
            var key = schema.ListType == "map" ? Keys(list[index] as JsonObject, schema) : list[index];
            if (seen.Add(key?.ToJsonString() ?? "null"))
                continue;
            if (key is JsonObject keys && schema.ListType == "map")
                faults.DuplicateKeys(place.At(index), keys);
            else
                faults.Duplicate(place.At(index), key);
        }
    }

    private static JsonObject Keys(JsonObject? item, StructuralSchema schema) =>
        new(schema.ListKeys.Where(key => item.Has(key)).Select(key => KeyValuePair.Create(key, item?[key]?.DeepClone())));

    private static void Embedded(JsonObject map, Place place, Faults faults)
    {
        foreach (var field in (ReadOnlySpan<string>)["apiVersion", "kind"])
            if (map.Text(field).Length == 0)
                faults.Required(place.Field(field), "must not be empty");
        MetadataRules.Check(map.Map("metadata"), place.Field("metadata"), faults);
    }
}
