using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>The words that a schema in a definition can have.</summary>
internal static class SchemaFields
{
    private static readonly HashSet<string> Values =
    [
        "$ref", "$schema", "default", "description", "enum", "example", "exclusiveMaximum", "exclusiveMinimum", "externalDocs", "format", "id", "maxItems", "maxLength", "maxProperties",
        "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "nullable", "pattern", "required", "title", "type", "uniqueItems", "x-kubernetes-embedded-resource",
        "x-kubernetes-int-or-string", "x-kubernetes-list-map-keys", "x-kubernetes-list-type", "x-kubernetes-map-type", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-validations",
    ];

    private static readonly HashSet<string> Schemas = ["additionalItems", "additionalProperties", "items", "not"];
    private static readonly HashSet<string> Lists = ["allOf", "anyOf", "oneOf"];
    private static readonly HashSet<string> Maps = ["definitions", "dependencies", "patternProperties", "properties"];

    /// <summary>Removes what is none of them, and reports it.</summary>
    public static void Prune(JsonObject schema, Place place, DecodingFaults faults)
    {
        foreach (var (name, value) in schema.ToList())
        {
            var below = place.Field(name);
            if (Schemas.Contains(name) && value is JsonObject one)
                Prune(one, below, faults);
            else if (Lists.Contains(name))
                foreach (var (item, index) in (value as JsonArray ?? []).OfType<JsonObject>().Select((item, index) => (item, index)))
                    Prune(item, below.At(index), faults);
            else if (Maps.Contains(name))
                foreach (var (key, item) in value as JsonObject ?? [])
                {
                    if (item is JsonObject map)
                        Prune(map, below.Key(key), faults);
                }
            else if (value is null || !(Values.Contains(name) || Schemas.Contains(name)))
            {
                schema.Remove(name);
                if (value is not null)
                    faults.Unknown(below);
            }
        }
    }
}
