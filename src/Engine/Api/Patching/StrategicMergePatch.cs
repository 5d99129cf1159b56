using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>
/// Kubernetes' own patch, which kubectl sends: a merge patch that knows which lists have keys, with directives ($patch, $retainKeys,
/// $deleteFromPrimitiveList, $setElementOrder) for what such a patch cannot say.
/// </summary>
internal static class StrategicMergePatch
{
    private const string DeleteFrom = "$deleteFromPrimitiveList/";
    private const string Order = "$setElementOrder/";

    public static JsonObject Execute(JsonObject current, JsonObject patch, Shape shape)
    {
        var result = current.DeepClone().AsObject();
        return Merge(result, patch, shape);
    }

    /// <summary>Changes the target and answers it, or what is in its place.</summary>
    internal static JsonObject Merge(JsonObject target, JsonObject patch, Shape? shape)
    {
        switch (Directive(patch))
        {
            case "replace":
                var replacement = patch.DeepClone().AsObject();
                replacement.Remove("$patch");
                return replacement;
            case "delete":
                return [];
        }
        Retain(target, patch);
        foreach (var (name, value) in patch)
            if (name.StartsWith(DeleteFrom, StringComparison.Ordinal))
                Remove(target, name[DeleteFrom.Length..], value);
        foreach (var (name, value) in patch)
            if (name.Length == 0 || name[0] != '$')
                Put(target, name, value, patch, Below(shape, name));
        // An order may come without anything else to say about its list.
        foreach (var (name, value) in patch)
            if (name.StartsWith(Order, StringComparison.Ordinal) && !patch.ContainsKey(name[Order.Length..]) && target[name[Order.Length..]] is JsonArray list)
                target[name[Order.Length..]] = new KeyedList(Below(shape, name[Order.Length..])).Arrange(list, new HashSet<string>(), value as JsonArray ?? throw NoList(name));
        return target;
    }

    internal static string? Directive(JsonObject patch) => patch["$patch"]?.ToString() switch
    {
        null => null,
        "replace" => "replace",
        "delete" => "delete",
        "merge" => "merge",
        var unknown => throw StatusException.BadRequest($"Unknown patch type found: {unknown}"),
    };

    private static void Put(JsonObject target, string name, JsonNode? value, JsonObject patch, Shape? shape)
    {
        if (value is null)
            target.Remove(name);
        else if (value is JsonObject map)
        {
            var current = target[name] as JsonObject ?? [];
            target.Remove(name);
            target[name] = Merge(current, map, shape);
        }
        else if (value is JsonArray list && shape is { Merges: true })
            target[name] = new KeyedList(shape).Merge(target[name] as JsonArray ?? [], list, patch[Order + name] switch
            {
                null => null,
                JsonArray order => order,
                _ => throw NoList(Order + name),
            });
        else
            target[name] = value.DeepClone();
    }

    private static void Retain(JsonObject target, JsonObject patch)
    {
        if (patch["$retainKeys"] is not { } directive)
            return;
        var retained = (directive as JsonArray ?? throw NoList("$retainKeys")).Select(key => key?.ToString() ?? "").ToHashSet(StringComparer.Ordinal);
        if (patch.Any(pair => !pair.Key.StartsWith('$') && pair.Value is not null && !retained.Contains(pair.Key)))
            throw StatusException.BadRequest("retainKeys list doesn't match the patch: it sets a key that it does not retain");
        foreach (var (name, _) in target.ToList())
            if (!retained.Contains(name))
                target.Remove(name);
    }

    private static void Remove(JsonObject target, string name, JsonNode? values)
    {
        var removed = values as JsonArray ?? throw NoList(DeleteFrom + name);
        if (target[name] is JsonArray list)
            target[name] = new JsonArray([.. list.Where(item => !removed.Any(value => JsonNode.DeepEquals(value, item))).Select(item => item?.DeepClone())]);
    }

    private static Shape? Below(Shape? shape, string name) => shape?.Kind == ShapeKind.Map ? shape.Element : shape?.Type?.Find(name)?.Shape;

    private static StatusException NoList(string directive) => StatusException.BadRequest($"{directive} of a strategic merge patch must be a list");
}
