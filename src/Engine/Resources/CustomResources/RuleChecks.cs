using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;

namespace Kontrakt.Engine.Resources;

/// <summary>Evaluates the rules of a schema (x-kubernetes-validations), each for the value at its place.</summary>
internal static class RuleChecks
{
    /// <param name="previous">The whole object before; null where there was none.</param>
    /// <param name="changes">The rules about changes, or all others.</param>
    public static void Check(JsonObject value, JsonObject? previous, StructuralSchema root, bool changes, Faults faults) => Check(value, previous, root, Place.Root, changes, faults, isRoot: true);

    private static void Check(JsonNode? value, JsonNode? old, StructuralSchema schema, Place place, bool changes, Faults faults, bool isRoot = false)
    {
        if (!schema.HasRulesInside || value is null)
            return;
        foreach (var rule in schema.Rules)
            if (rule.IsAboutChanges == changes && (!changes || old is not null)
                && rule.Check(RuleValues.Of(value, schema, isRoot), RuleValues.Of(old, schema, isRoot)) is { } broken)
                faults.Broken(At(place, rule.FieldPath), rule.Reason, schema.Type, broken);
        if (value is JsonObject map)
            foreach (var (name, field) in map)
            {
                if (schema.Of(name) is { } below)
                    Check(field, (old as JsonObject)?[name], below, place.Field(name), changes, faults);
            }
        else if (value is JsonArray list && schema.Items is { } items)
            for (var index = 0; index < list.Count; index++)
                Check(list[index], Counterpart(list[index], old as JsonArray, schema), items, place.At(index), changes, faults);
    }

    /// <summary>The element that another was before: known for lists with keys only.</summary>
    private static JsonNode? Counterpart(JsonNode? item, JsonArray? before, StructuralSchema schema) => schema.ListType != "map" || item is not JsonObject map ? null
        : before?.FirstOrDefault(other => other is JsonObject && schema.ListKeys.All(key => JsonNode.DeepEquals(other[key], map[key])));

    private static Place At(Place place, string path)
    {
        foreach (var field in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            place = place.Field(field);
        return place;
    }
}
