using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Resources;

/// <summary>Fills in what a definition says of fields that are left out.</summary>
internal static class SchemaDefaults
{
    public static void Fill(JsonNode? value, StructuralSchema schema)
    {
        if (!schema.HasDefaultsInside)
            return;
        if (value is JsonObject map)
            Fill(map, schema);
        else if (value is JsonArray list && schema.Items is { } items)
            foreach (var item in list)
                Fill(item, items);
    }

    private static void Fill(JsonObject map, StructuralSchema schema)
    {
        foreach (var (name, field) in schema.Properties)
        {
            if (field.HasDefault && (!map.ContainsKey(name) || (map[name] is null && !field.IsNullable)))
                map[name] = field.Source["default"]?.DeepClone();
            Fill(map[name], field);
        }
        if (schema.Additional is { } additional)
            foreach (var (name, value) in map)
                if (!schema.Properties.ContainsKey(name))
                    Fill(value, additional);
    }
}
