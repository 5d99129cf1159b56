using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.OpenApi;

/// <summary>A custom kind as a definition of an OpenAPI document.</summary>
internal static class CustomDefinition
{
    private static readonly string[] Metadata = ["apiVersion", "kind", "metadata"];

    /// <summary>Of the kind Cron of batch.example.com/v1: com.example.batch.v1.Cron</summary>
    public static string Name(ResourceKind kind) => $"{string.Join('.', kind.Group.Split('.').Reverse())}.{kind.GroupVersionKind.Version}.{kind.Kind}";

    public static JsonObject Write(ResourceKind kind, CustomSchema schema)
    {
        var definition = Convert(schema.Root.Source, isResource: true);
        definition["x-kubernetes-group-version-kind"] = new JsonArray(OpenApiDefinitions.GroupVersionKind(kind.GroupVersionKind.ApiVersion, kind.Kind));
        return definition;
    }

    /// <summary>Logic is left out, as Kubernetes does: clients of version 2 do not know it.</summary>
    private static JsonObject Convert(JsonObject schema, bool isResource)
    {
        var result = schema.Without("allOf", "anyOf", "oneOf", "not", "nullable", "properties", "items", "additionalProperties", "x-kubernetes-validations");
        if (schema.Map("properties") is { } properties)
            result["properties"] = new JsonObject(properties.Where(pair => pair.Value is JsonObject && !(isResource && Metadata.Contains(pair.Key)))
                .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Convert(pair.Value as JsonObject ?? [], (pair.Value as JsonObject).Flag("x-kubernetes-embedded-resource")))));
        foreach (var below in (ReadOnlySpan<string>)["items", "additionalProperties"])
            if (schema.Map(below) is { } inner)
                result[below] = Convert(inner, inner.Flag("x-kubernetes-embedded-resource"));
        if (!isResource)
            return result;
        var own = result.Always("properties");
        own["apiVersion"] = new JsonObject { ["type"] = "string" };
        own["kind"] = new JsonObject { ["type"] = "string" };
        own["metadata"] = new JsonObject { ["$ref"] = OpenApiDefinitions.Reference + OpenApiDefinitions.Meta + "ObjectMeta" };
        return result;
    }
}
