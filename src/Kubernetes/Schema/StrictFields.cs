using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Schema;

/// <summary>
/// Finds the fields of an object that the server would silently drop: what fieldValidation=Strict does from 1.25 on, for servers
/// that are older. Kinds without a schema are not checked.
/// </summary>
internal static class StrictFields
{
    public static IReadOnlyList<UnknownField> Check(KubernetesObject item, ValueSchema? schema)
    {
        var found = new List<UnknownField>();
        Check(item.Json, schema, [], found);
        return found;
    }

    private static void Check(JsonNode? node, ValueSchema? schema, List<object> path, List<UnknownField> found)
    {
        if (schema is null || node is null or JsonValue)
            return;
        if (node is JsonObject map)
            CheckMap(map, schema, path, found);
        else if (node is JsonArray list)
            for (var index = 0; index < list.Count; index++)
                Below(index, list[index], schema.Element, path, found);
    }

    private static void CheckMap(JsonObject map, ValueSchema schema, List<object> path, List<UnknownField> found)
    {
        foreach (var (key, value) in map)
        {
            if (schema.Field(key) is { } field)
                Below(key, value, field, path, found);
            else if (!schema.IsOpen && !(schema.IsEmbeddedResource && key is "apiVersion" or "kind" or "metadata"))
                found.Add(new([.. path, key], NearestName.Of(key, schema.Declared.Keys)));
        }
    }

    private static void Below(object step, JsonNode? value, ValueSchema? schema, List<object> path, List<UnknownField> found)
    {
        path.Add(step);
        Check(value, schema, path, found);
        path.RemoveAt(path.Count - 1);
    }
}

/// <summary>A field that the server's schema does not know.</summary>
/// <param name="Path">The steps to it from the object: property names (string) and list indexes (int), as <see cref="Yaml.YamlNode.At"/> takes them.</param>
/// <param name="Suggestion">The known field of the same object that is written most alike; null when none is.</param>
public sealed record UnknownField(IReadOnlyList<object> Path, string? Suggestion)
{
    public override string ToString() => FieldPath.Format(Path);
}
