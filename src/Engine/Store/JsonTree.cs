using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Store;

/// <summary>Parts of an object that are made where they are missing.</summary>
internal static class JsonTree
{
    public static JsonObject Map(this JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject map)
            parent[name] = map = [];
        return map;
    }

    public static JsonArray List(this JsonObject parent, string name)
    {
        if (parent[name] is not JsonArray list)
            parent[name] = list = [];
        return list;
    }

    public static JsonObject Metadata(this JsonObject item) => item.Map("metadata");

    public static JsonArray Of(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    public static JsonObject Of(IReadOnlyDictionary<string, string> texts) => new(texts.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    public static string Text(this JsonObject map, string name) => map[name] is JsonValue value ? value.ToString() : "";
}
