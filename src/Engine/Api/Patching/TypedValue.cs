using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>What server-side apply does with values of a shape: list their fields, merge two, take fields out.</summary>
internal static class TypedValue
{
    /// <summary>Every field that a value sets.</summary>
    public static FieldSet Fields(JsonObject value, Shape shape)
    {
        var set = new FieldSet();
        MapFields(value, shape, [], set);
        return set;
    }

    private static void Collect(JsonNode? value, Shape shape, List<string> path, FieldSet set)
    {
        if (shape.IsScalar || shape.Kind == ShapeKind.Any || (shape.Kind == ShapeKind.Deduced && value is not JsonObject) || value is JsonValue || shape.Atomic || shape.IsAtomicObject)
            set.Add([.. path]);
        else if (value is JsonArray list)
            ListFields(list, shape, path, set);
        else if (value is JsonObject map)
            MapFields(map, shape, path, set);
    }

    private static void MapFields(JsonObject map, Shape shape, List<string> path, FieldSet set)
    {
        foreach (var (name, value) in map)
        {
            var step = PathStep.Field(name);
            if (PathStep.ShapeBelow(shape, step) is not { } below)
                continue;
            path.Add(step);
            Collect(value, below, path, set);
            if (value is null or JsonObject { Count: 0 } || shape.Kind is ShapeKind.Map or ShapeKind.Deduced)
                set.Add([.. path]);
            path.RemoveAt(path.Count - 1);
        }
    }

    private static void ListFields(JsonArray list, Shape shape, List<string> path, FieldSet set)
    {
        foreach (var same in list.GroupBy(element => PathStep.Element(shape, element, out _), StringComparer.Ordinal))
        {
            if (same.Key is not { } step || shape.Element is not { } below)
                continue;
            path.Add(step);
            // Elements with the same key are owned as one whole.
            if (same.Count() == 1)
                Collect(same.First(), below, path, set);
            set.Add([.. path]);
            path.RemoveAt(path.Count - 1);
        }
    }

    /// <summary>A value without some fields; null where nothing is left.</summary>
    public static JsonNode? Without(JsonNode? value, FieldSet removed, Shape shape)
    {
        if (shape.IsScalar || shape.Kind == ShapeKind.Any || (shape.Kind == ShapeKind.Deduced && value is not JsonObject))
            return value?.DeepClone();
        if (shape.Atomic || shape.IsAtomicObject || value is null)
            return null;
        if (value is JsonArray list)
        {
            var rest = list.Select(element => (element, step: PathStep.Element(shape, element, out _) ?? "")).Where(item => !removed.Has(item.step))
                .Select(item => Rest(item.element, item.step, removed, shape));
            return new JsonArray([.. rest]) is { Count: > 0 } left ? left : null;
        }
        var result = new JsonObject();
        foreach (var (name, below) in value.AsObject())
            if (PathStep.Field(name) is var step && !removed.Has(step))
                result[name] = Rest(below, step, removed, shape);
        return result.Count > 0 ? result : null;
    }

    private static JsonNode? Rest(JsonNode? value, string step, FieldSet removed, Shape shape) =>
        removed.Below(step) is { IsEmpty: false } inside && PathStep.ShapeBelow(shape, step) is { } below ? Without(value, inside, below) : value?.DeepClone();
}
