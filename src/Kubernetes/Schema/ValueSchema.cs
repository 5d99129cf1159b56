using System.Text.Json;

namespace Kontrakt.Kubernetes.Schema;

/// <summary>What a server's OpenAPI document says of one value: of an object of a kind, a field, an element. Read as it is asked for.</summary>
public sealed class ValueSchema
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    private readonly OpenApiDocument document;
    private readonly JsonElement written;
    private readonly JsonElement schema;
    private readonly Lazy<IReadOnlyDictionary<string, ValueSchema>> fields;
    private readonly Lazy<ValueSchema?> element;

    private ValueSchema(OpenApiDocument document, JsonElement written, JsonElement schema, string name)
    {
        (this.document, this.written, this.schema) = (document, written, schema);
        Kind = ValueKinds.Of(schema, name);
        fields = new(() => Fields(schema));
        element = new(() => Part("items") ?? Part("additionalProperties"));
    }

    public ValueKind Kind { get; }

    /// <summary>The declared fields of an object.</summary>
    public IReadOnlyDictionary<string, ValueSchema> Declared => fields.Value;

    /// <summary>Each element of a list; each value of a map. Null where any is allowed.</summary>
    public ValueSchema? Element => element.Value;

    /// <summary>
    /// Whether fields that are not declared are kept all the same. An object without any declared field takes everything: a RawExtension,
    /// a custom resource without schema.
    /// </summary>
    public bool IsOpen => (Declared.Count == 0 && !Has("additionalProperties")) || Is("additionalProperties", JsonValueKind.True)
        || Is("x-kubernetes-preserve-unknown-fields", JsonValueKind.True) || Is("x-kubernetes-int-or-string", JsonValueKind.True);

    /// <summary>A whole object with apiVersion, kind and metadata.</summary>
    public bool IsEmbeddedResource => Is("x-kubernetes-embedded-resource", JsonValueKind.True);

    /// <summary>The fields that tell the elements of this list apart, for server-side apply or for a strategic merge; empty where there are none.</summary>
    public IReadOnlyList<string> Keys => Texts("x-kubernetes-list-map-keys") is { Count: > 0 } keys ? keys
        : Property("x-kubernetes-patch-merge-key") is { ValueKind: JsonValueKind.String } key ? [key.GetString() ?? ""] : [];

    /// <summary>The only texts that are allowed; empty where any is.</summary>
    public IReadOnlyList<string> Values => Texts("enum");

    /// <summary>Of a declared field, or of any value of a map; null where the schema says nothing.</summary>
    public ValueSchema? Field(string name) => Declared.TryGetValue(name, out var field) ? field : Kind == ValueKind.List ? null : Element;

    /// <summary>A reference that leads nowhere allows anything.</summary>
    internal static ValueSchema From(OpenApiDocument document, JsonElement written) =>
        document.Resolve(written) is ({ } schema, var name) ? new(document, written, schema, name) : new(document, Nothing, Nothing, "");

    private ValueSchema? Part(string name) => schema.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? From(document, part) : null;

    private Dictionary<string, ValueSchema> Fields(JsonElement of)
    {
        var found = new Dictionary<string, ValueSchema>(StringComparer.Ordinal);
        if (of.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
            foreach (var property in properties.EnumerateObject())
                found[property.Name] = From(document, property.Value);
        if (of.TryGetProperty("allOf", out var parts) && parts.ValueKind == JsonValueKind.Array)
            foreach (var part in parts.EnumerateArray())
                if (document.Resolve(part) is ({ } resolved, _))
                    foreach (var (name, field) in Fields(resolved))
                        found.TryAdd(name, field);
        return found;
    }

    private bool Has(string name) => schema.TryGetProperty(name, out _);

    private bool Is(string name, JsonValueKind kind) => schema.TryGetProperty(name, out var value) && value.ValueKind == kind;

    /// <summary>What is beside a reference, or in what it refers to.</summary>
    private JsonElement? Property(string name) => written.TryGetProperty(name, out var own) || schema.TryGetProperty(name, out own) ? own : null;

    private List<string> Texts(string name) => Property(name) is { ValueKind: JsonValueKind.Array } texts
        ? [.. texts.EnumerateArray().Where(text => text.ValueKind == JsonValueKind.String).Select(text => text.GetString() ?? "")] : [];
}
