using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>The fields in which two objects of one kind differ. The order of a list with keys is not a difference.</summary>
internal sealed class Comparison
{
    private readonly List<string> path = [];

    public FieldSet Added { get; } = new();
    public FieldSet Modified { get; } = new();
    public FieldSet Removed { get; } = new();

    public static Comparison Of(JsonObject before, JsonObject after, Shape shape)
    {
        var comparison = new Comparison();
        comparison.CompareMaps(before, after, shape);
        return comparison;
    }

    private void Compare(Operand before, Operand after, Shape shape)
    {
        var leaf = false;
        if (shape.Kind is ShapeKind.Object or ShapeKind.Map or ShapeKind.Deduced && IsMap(before) && IsMap(after) && !shape.Atomic && !shape.IsAtomicObject && (before.Map ?? after.Map) is { } && (before.HasContent || after.HasContent))
            CompareMaps(before.Map, after.Map, shape);
        else if (shape is { Kind: ShapeKind.List, Atomic: false } && (before.HasContent || after.HasContent))
            CompareLists(before.List, after.List, shape);
        else
            leaf = true;
        if (!before.Exists)
            Added.Add([.. path]);
        else if (!after.Exists)
            Removed.Add([.. path]);
        else if (leaf && !JsonNode.DeepEquals(before.Node, after.Node))
            Modified.Add([.. path]);
    }

    private static bool IsMap(Operand side) => !side.Exists || side.Node is null or JsonObject;

    private void CompareMaps(JsonObject? before, JsonObject? after, Shape shape)
    {
        foreach (var name in (before ?? []).Select(pair => pair.Key).Union((after ?? []).Select(pair => pair.Key)))
            if (PathStep.Field(name) is var step && PathStep.ShapeBelow(shape, step) is { } below)
                Descend(step, Operand.At(before, name), Operand.At(after, name), below);
    }

    private void CompareLists(JsonArray? before, JsonArray? after, Shape shape)
    {
        if (shape.Element is not { } element)
            return;
        var (left, right) = (Index(before, shape), Index(after, shape));
        foreach (var step in left.Keys.Union(right.Keys))
            CompareElements(step, left.GetValueOrDefault(step, []), right.GetValueOrDefault(step, []), element);
    }

    /// <summary>Elements with the same key, which a server may have let through, count as one whole.</summary>
    private void CompareElements(string step, List<JsonNode?> before, List<JsonNode?> after, Shape element)
    {
        if (before.Count <= 1 && after.Count <= 1)
            Descend(step, Operand.First(before), Operand.First(after), element);
        else if (before.Count >= 2 && after.Count >= 2)
        {
            if (before.Count != after.Count || before.Zip(after).Any(pair => !JsonNode.DeepEquals(pair.First, pair.Second)))
                Modified.Add([.. path, step]);
        }
        else if (before.Count >= 2)
        {
            if (after.Count > 0)
                Descend(step, default, Operand.First(after), element);
            Removed.Add([.. path, step]);
        }
        else
        {
            if (before.Count > 0)
                Descend(step, Operand.First(before), default, element);
            Added.Add([.. path, step]);
        }
    }

    private static Dictionary<string, List<JsonNode?>> Index(JsonArray? list, Shape shape)
    {
        var index = new Dictionary<string, List<JsonNode?>>(StringComparer.Ordinal);
        foreach (var element in list ?? [])
            if (PathStep.Element(shape, element, out _) is { } step)
            {
                if (!index.TryGetValue(step, out var same))
                    index[step] = same = [];
                same.Add(element);
            }
        return index;
    }

    private void Descend(string step, Operand before, Operand after, Shape shape)
    {
        path.Add(step);
        Compare(before, after, shape);
        path.RemoveAt(path.Count - 1);
    }
}

/// <summary>An object before anything was written into it: what is always present, is present.</summary>
internal static class EmptyObject
{
    public static JsonObject Of(Shape shape)
    {
        var result = new JsonObject();
        foreach (var field in shape.Type?.Fields.Values ?? [])
            if (field is { Optional: false, Shape.Kind: ShapeKind.Object })
                result[field.Name] = Of(field.Shape);
            else if (field is { Optional: false, Required: true })
                result[field.Name] = null;
        return result;
    }
}

/// <summary>One side of a comparison or merge. To be null and not to exist are different.</summary>
internal readonly record struct Operand(bool Exists, JsonNode? Node)
{
    public JsonObject? Map => Node as JsonObject;
    public JsonArray? List => Node as JsonArray;
    public bool HasContent => Node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 };

    public static Operand At(JsonObject? map, string name) => map is not null && map.TryGetPropertyValue(name, out var value) ? new(true, value) : default;

    public static Operand First(List<JsonNode?> list) => list.Count > 0 ? new(true, list[0]) : default;
}
