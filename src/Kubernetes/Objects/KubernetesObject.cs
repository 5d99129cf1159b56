using System.Text.Json.Nodes;

namespace Kontrakt.Kubernetes.Objects;

/// <summary>Any Kubernetes object: its JSON, and typed access to what all objects share. Missing fields read as "" or empty.</summary>
public sealed class KubernetesObject(JsonObject json)
{
    public JsonObject Json { get; } = json;

    public string ApiVersion => Text("apiVersion");
    public string Kind => Text("kind");
    public GroupVersionKind GroupVersionKind => GroupVersionKind.From(ApiVersion, Kind);
    public string Name => Text("metadata", "name");
    public string Namespace => Text("metadata", "namespace");
    public string Uid => Text("metadata", "uid");
    public string ResourceVersion => Text("metadata", "resourceVersion");
    public IReadOnlyDictionary<string, string> Labels => Strings("metadata", "labels");
    public IReadOnlyDictionary<string, string> Annotations => Strings("metadata", "annotations");

    /// <summary>The node at a path of property names and indexes; null where the path leads nowhere.</summary>
    public JsonNode? At(params ReadOnlySpan<object> path) => At(Json, path);

    /// <summary>The same from any node.</summary>
    public static JsonNode? At(JsonNode? node, params ReadOnlySpan<object> path)
    {
        foreach (var step in path)
            node = (node, step) switch
            {
                (JsonObject map, string key) => map[key],
                (JsonArray list, int index) when index >= 0 && index < list.Count => list[index],
                _ => null,
            };
        return node;
    }

    /// <summary>The scalar at a path as text; "" where there is none.</summary>
    public string Text(params ReadOnlySpan<object> path) => At(Json, path) is JsonValue value ? value.ToString() : "";

    /// <summary>The number at a path; <paramref name="otherwise"/> where there is none.</summary>
    public static long Number(JsonNode? node, long otherwise = 0) =>
        node is JsonValue value && long.TryParse(value.ToString(), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>A time as the API writes it (RFC 3339); null where the text is not a time, or is zero, as what has not happened may be written.</summary>
    public static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1970 ? time : null;

    /// <summary>The objects of the array at a path.</summary>
    public IEnumerable<JsonObject> Items(params ReadOnlySpan<object> path) =>
        (At(Json, path) as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>The scalars of the array at a path, as texts.</summary>
    public IReadOnlyList<string> Texts(params ReadOnlySpan<object> path) => Texts(At(Json, path));

    /// <summary>The same of any node.</summary>
    public static IReadOnlyList<string> Texts(JsonNode? list) => [.. (list as JsonArray ?? []).OfType<JsonValue>().Select(item => item.ToString())];

    /// <summary>The status condition of a type, or null.</summary>
    public JsonObject? Condition(string type) => Items("status", "conditions").FirstOrDefault(condition => (string?)condition["type"] == type);

    private Dictionary<string, string> Strings(params ReadOnlySpan<object> path) =>
        (At(Json, path) as JsonObject)?.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString() ?? "", StringComparer.Ordinal)
        ?? new(StringComparer.Ordinal);

    public override string ToString() => $"{Kind.ToLowerInvariant()}/{Name}";
}
