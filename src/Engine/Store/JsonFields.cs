using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Store;

/// <summary>Reading and filling in fields of JSON that may hold anything.</summary>
internal static class JsonFields
{
    public static JsonObject? Map(this JsonObject? map, string field) => map?[field] as JsonObject;

    public static JsonArray? List(this JsonObject? map, string field) => map?[field] as JsonArray;

    /// <summary>The scalar of a field as text; "" where there is none.</summary>
    public static string Text(this JsonObject? map, string field) => map?[field] is JsonValue value ? value.ToString() : "";

    public static bool Flag(this JsonObject? map, string field) => map?[field] is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    /// <summary>The number of a field; null where there is none.</summary>
    public static long? Number(this JsonObject? map, string field) => map?[field] is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && long.TryParse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The objects of a list.</summary>
    public static IEnumerable<JsonObject> Each(this JsonObject? map, string field) => map.List(field)?.OfType<JsonObject>() ?? [];

    public static bool Has(this JsonObject? map, string field) => map?[field] is not null;

    public static void Default(this JsonObject map, string field, string value)
    {
        if (!map.Has(field) || map[field] is JsonValue { } given && given.GetValueKind() == JsonValueKind.String && given.ToString().Length == 0)
            map[field] = value;
    }

    public static void Default(this JsonObject map, string field, long value)
    {
        if (!map.Has(field))
            map[field] = JsonNumber.Of(value);
    }

    public static void Default(this JsonObject map, string field, bool value)
    {
        if (!map.Has(field))
            map[field] = value;
    }

    /// <summary>The object of a field, put there where there is none.</summary>
    public static JsonObject Always(this JsonObject map, string field)
    {
        if (map[field] is not JsonObject found)
            map[field] = found = [];
        return found;
    }

    /// <summary>The list of a field, put there where there is none.</summary>
    public static JsonArray AlwaysList(this JsonObject map, string field)
    {
        if (map[field] is not JsonArray found)
            map[field] = found = [];
        return found;
    }

    /// <summary>A number that is left out where it is 0.</summary>
    public static void PutCount(this JsonObject map, string field, long count)
    {
        if (count > 0)
            map[field] = count;
        else
            map.Remove(field);
    }

    /// <summary>Takes a text out of a list, and the list with it where nothing is left.</summary>
    public static void RemoveText(this JsonObject map, string field, string text)
    {
        if (map.List(field) is not { } list)
            return;
        list.RemoveAll(each => each?.ToString() == text);
        if (list.Count == 0)
            map.Remove(field);
    }

    /// <summary>A copy without some fields.</summary>
    public static JsonObject Without(this JsonObject? map, params ReadOnlySpan<string> fields)
    {
        var rest = map?.DeepClone().AsObject() ?? [];
        foreach (var field in fields)
            rest.Remove(field);
        return rest;
    }

    public static JsonObject Metadata(this JsonObject item) => item.Always("metadata");

    public static JsonArray Of(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    public static JsonObject Of(IReadOnlyDictionary<string, string> texts) => new(texts.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
