using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>A list that a strategic merge patch merges: by a key of its elements, or, of plain values, as a set.</summary>
internal sealed class KeyedList(Shape? shape)
{
    /// <param name="order">$setElementOrder; null for that of the patch.</param>
    public JsonArray Merge(JsonArray current, JsonArray patch, JsonArray? order)
    {
        if (patch.OfType<JsonObject>().Any(item => IsDirectiveAlone(item) && StrategicMergePatch.Directive(item) == "replace"))
            return new([.. patch.Where(item => item is not JsonObject map || !map.ContainsKey("$patch")).Select(item => item?.DeepClone())]);
        var result = current.Select(item => item?.DeepClone()).ToList();
        var positions = Positions(current);
        var touched = new HashSet<string>(StringComparer.Ordinal);
        var deleted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in patch)
        {
            var key = Key(item);
            touched.Add(key);
            if (item is JsonObject map && StrategicMergePatch.Directive(map) == "delete")
                deleted.Add(key);
            else if (positions.TryGetValue(key, out var at))
                result[at] = Merged(result[at], item);
            else
            {
                positions[key] = result.Count;
                result.Add(Merged(null, item));
            }
        }
        var merged = new JsonArray([.. result.Where(item => deleted.Count == 0 || !deleted.Contains(Key(item)))]);
        return Arrange(merged, touched, order ?? patch, current);
    }

    /// <summary>As the order says; elements it does not name stay at their place among the others, and after what is new.</summary>
    public JsonArray Arrange(JsonArray list, IReadOnlySet<string> touched, JsonArray order, JsonArray? before = null)
    {
        var rank = Positions(order);
        var place = Positions(before ?? list);
        var ordered = list.Where(item => rank.ContainsKey(Key(item)) || touched.Contains(Key(item))).OrderBy(item => rank.GetValueOrDefault(Key(item), int.MaxValue)).ToList();
        var others = list.Where(item => !rank.ContainsKey(Key(item)) && !touched.Contains(Key(item))).ToList();
        var result = new JsonArray();
        var other = 0;
        foreach (var item in ordered)
        {
            while (other < others.Count && place.GetValueOrDefault(Key(others[other]), -1) < place.GetValueOrDefault(Key(item), -1))
                result.Add(others[other++]?.DeepClone());
            result.Add(item?.DeepClone());
        }
        while (other < others.Count)
            result.Add(others[other++]?.DeepClone());
        return result;
    }

    private Dictionary<string, int> Positions(JsonArray list)
    {
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var index = 0; index < list.Count; index++)
            positions.TryAdd(Key(list[index]), index);
        return positions;
    }

    private JsonNode? Merged(JsonNode? known, JsonNode? item) => item is JsonObject map
        ? StrategicMergePatch.Merge(known as JsonObject ?? [], map, shape?.Element)
        : item?.DeepClone();

    private static bool IsDirectiveAlone(JsonObject item) => item.ContainsKey("$patch") && item.Count == 1;

    private string Key(JsonNode? item)
    {
        if (shape?.MergeKey is not { } name)
            return item?.ToJsonString() ?? "null";
        return (item as JsonObject)?[name]?.ToJsonString()
            ?? throw StatusException.BadRequest($"map: {item?.ToJsonString() ?? "null"} does not contain declared merge key: {name}");
    }
}
