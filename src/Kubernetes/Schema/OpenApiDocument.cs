using System.Text.Json;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Schema;

/// <summary>A server's OpenAPI v2 document: the schemas of its kinds.</summary>
public sealed class OpenApiDocument
{
    private const string Definitions = "#/definitions/";
    private readonly Dictionary<string, JsonElement> definitions = new(StringComparer.Ordinal);
    private readonly Dictionary<GroupVersionKind, JsonElement> kinds = [];

    /// <exception cref="JsonException">Not an OpenAPI document.</exception>
    public static async Task<OpenApiDocument> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var document = await JsonDocument.ParseAsync(stream, ApiJson.Reading, cancellationToken);
        return new(document.RootElement.TryGetProperty("definitions", out var all) ? all : default);
    }

    private OpenApiDocument(JsonElement all)
    {
        if (all.ValueKind != JsonValueKind.Object)
            return;
        foreach (var definition in all.EnumerateObject())
        {
            definitions[definition.Name] = definition.Value;
            if (definition.Value.ValueKind != JsonValueKind.Object || !definition.Value.TryGetProperty("x-kubernetes-group-version-kind", out var names) || names.ValueKind != JsonValueKind.Array)
                continue;
            foreach (var name in names.EnumerateArray())
                kinds[new(Text(name, "group"), Text(name, "version"), Text(name, "kind"))] = definition.Value;
        }
    }

    /// <summary>The schema of a kind, or null.</summary>
    public ValueSchema? Find(GroupVersionKind kind) => kinds.TryGetValue(kind, out var schema) ? ValueSchema.From(this, schema) : null;

    /// <summary>The schema itself, or the one it refers to, with its name there; null where that leads nowhere.</summary>
    internal (JsonElement? Schema, string Name) Resolve(JsonElement schema)
    {
        var name = "";
        for (var hops = 0; hops < 32; hops++)
        {
            if (schema.ValueKind != JsonValueKind.Object)
                return (null, "");
            if (schema.TryGetProperty("$ref", out var reference))
            {
                name = reference.GetString() is { } text && text.StartsWith(Definitions, StringComparison.Ordinal) ? text[Definitions.Length..] : "";
                if (!definitions.TryGetValue(name, out schema))
                    return (null, "");
            }
            else if (Wrapped(schema) is { } wrapped)
                schema = wrapped;
            else
                return (schema, name);
        }
        return (null, "");
    }

    /// <summary>A reference that has something beside it (a default) is alone in an allOf.</summary>
    private static JsonElement? Wrapped(JsonElement schema) =>
        schema.TryGetProperty("allOf", out var parts) && parts.ValueKind == JsonValueKind.Array && parts.GetArrayLength() == 1 && !schema.TryGetProperty("properties", out _) ? parts[0] : null;

    private static string Text(JsonElement map, string name) => map.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
