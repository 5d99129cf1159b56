using System.Text.Json;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Schema;

/// <summary>A server's OpenAPI v2 document: the schemas of its kinds.</summary>
internal sealed class OpenApiDocument
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
    public JsonElement? Find(GroupVersionKind kind) => kinds.TryGetValue(kind, out var schema) ? schema : null;

    /// <summary>The schema itself, or the one it refers to; null where that leads nowhere.</summary>
    public JsonElement? Resolve(JsonElement schema)
    {
        for (var hops = 0; hops < 32; hops++)
        {
            if (schema.ValueKind != JsonValueKind.Object)
                return null;
            if (!schema.TryGetProperty("$ref", out var reference))
                return schema;
            if (reference.GetString() is not { } name || !name.StartsWith(Definitions, StringComparison.Ordinal) || !definitions.TryGetValue(name[Definitions.Length..], out schema))
                return null;
        }
        return null;
    }

    private static string Text(JsonElement map, string name) => map.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
