using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>What exists with what is applied merged into it, by the kinds of lists and maps that the schema says.</summary>
internal static class TypedMerge
{
    public static JsonObject Merge(JsonObject live, JsonObject applied, Shape shape)
    {
        var result = new JsonObject();
        foreach (var name in live.Select(pair => pair.Key).Union(applied.Select(pair => pair.Key)))
            if (PathStep.ShapeBelow(shape, PathStep.Field(name)) is { } below)
                result[name] = Merge(Operand.At(live, name), Operand.At(applied, name), below);
        return result;
    }

    private static JsonNode? Merge(Operand live, Operand applied, Shape shape)
    {
        if (!applied.Exists)
            return live.Node?.DeepClone();
        if (shape.Atomic || shape.IsAtomicObject || applied.Node is JsonValue || (!live.HasContent && !applied.HasContent))
            return applied.Node?.DeepClone();
        return shape.Kind switch
        {
            ShapeKind.Object or ShapeKind.Map => Merge(live.Map ?? [], applied.Map ?? [], shape),
            ShapeKind.Deduced when live.Node is JsonObject && applied.Node is JsonObject => Merge(live.Node.AsObject(), applied.Node.AsObject(), shape),
            ShapeKind.List => MergeLists(live.List ?? [], applied.List ?? [], shape),
            _ => applied.Node?.DeepClone(),
        };
    }

    /// <summary>In the order of what is applied; elements it does not have stay after the ones they were after.</summary>
    private static JsonArray MergeLists(JsonArray live, JsonArray applied, Shape shape)
    {
        var (left, right) = (Steps(live, shape), Steps(applied, shape));
        var here = First(live, left);
        var there = First(applied, right);
        // The elements of both, in the order in which they are to come.
        var shared = new Queue<string>(right.Where(here.ContainsKey));
        var merged = new HashSet<string>(StringComparer.Ordinal);
        var result = new JsonArray();
        var (l, r) = (0, 0);
        while (l < left.Count || r < right.Count)
        {
            if (l < left.Count && !there.ContainsKey(left[l]))
                result.Add(live[l++]?.DeepClone());
            else if (l < left.Count && (merged.Contains(left[l]) || (shared.TryPeek(out var next) && next != left[l])))
                l++;
            else if (r < right.Count)
            {
                var step = right[r++];
                if (shared.TryPeek(out var due) && due == step)
                    shared.Dequeue();
                merged.Add(step);
                result.Add(Merge(here.TryGetValue(step, out var known) ? new Operand(true, known) : default, new Operand(true, there[step]), shape.Element ?? new(ShapeKind.Any)));
            }
            else
                l++;
        }
        return result;
    }

    private static List<string> Steps(JsonArray list, Shape shape) => [.. list.Select(element => PathStep.Element(shape, element, out _) ?? "")];

    private static Dictionary<string, JsonNode?> First(JsonArray list, List<string> steps)
    {
        var first = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        for (var index = 0; index < steps.Count; index++)
            first.TryAdd(steps[index], list[index]);
        return first;
    }
}
