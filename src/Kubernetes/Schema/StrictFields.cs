using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Schema;

/// <summary>
/// Finds the fields of an object that the server would silently drop: what fieldValidation=Strict does from 1.25 on, for servers
/// that are older. Kinds without a schema are not checked.
/// </summary>
internal sealed class StrictFields(OpenApiDocument document)
{
    public IReadOnlyList<UnknownField> Check(KubernetesObject item)
    {
        var found = new List<UnknownField>();
        if (document.Find(item.GroupVersionKind) is { } schema)
            Check(item.Json, schema, [], found);
        return found;
    }

    private void Check(JsonNode? node, JsonElement reference, List<object> path, List<UnknownField> found)
    {
        if (node is null or JsonValue || document.Resolve(reference) is not { } schema)
            return;
        if (node is JsonObject map)
            CheckMap(map, schema, path, found);
        else if (node is JsonArray list && schema.TryGetProperty("items", out var items))
            for (var index = 0; index < list.Count; index++)
                Below(index, list[index], items, path, found);
    }

    private void CheckMap(JsonObject map, JsonElement schema, List<object> path, List<UnknownField> found)
    {
        var known = Properties(schema);
        var rest = schema.TryGetProperty("additionalProperties", out var additional) ? additional : (JsonElement?)null;
        // An object without any declared field takes everything: a Quantity, a RawExtension, a custom resource without schema.
        var open = (known.Count == 0 && rest is null) || rest?.ValueKind == JsonValueKind.True
            || Flag(schema, "x-kubernetes-preserve-unknown-fields") || Flag(schema, "x-kubernetes-int-or-string");
        var embedded = Flag(schema, "x-kubernetes-embedded-resource");
        foreach (var (key, value) in map)
        {
            if (known.TryGetValue(key, out var property))
                Below(key, value, property, path, found);
            else if (rest is { ValueKind: JsonValueKind.Object } each)
                Below(key, value, each, path, found);
            else if (!open && !(embedded && key is "apiVersion" or "kind" or "metadata"))
                found.Add(new([.. path, key], NearestName.Of(key, known.Keys)));
        }
    }

    private void Below(object step, JsonNode? value, JsonElement schema, List<object> path, List<UnknownField> found)
    {
        path.Add(step);
        Check(value, schema, path, found);
        path.RemoveAt(path.Count - 1);
    }

    private Dictionary<string, JsonElement> Properties(JsonElement schema)
    {
        var known = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
            foreach (var property in properties.EnumerateObject())
                known[property.Name] = property.Value;
        if (schema.TryGetProperty("allOf", out var parts) && parts.ValueKind == JsonValueKind.Array)
            foreach (var part in parts.EnumerateArray())
                if (document.Resolve(part) is { } resolved)
                    foreach (var (name, property) in Properties(resolved))
                        known.TryAdd(name, property);
        return known;
    }

    private static bool Flag(JsonElement schema, string name) => schema.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;
}
