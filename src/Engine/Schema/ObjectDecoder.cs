using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema;

/// <summary>Reads bodies: JSON or YAML, checked against the schema of the kind.</summary>
public static class ObjectDecoder
{
    /// <summary>The body of a create or an update: fields that are unknown are dropped, and reported as <paramref name="validation"/> says.</summary>
    /// <exception cref="StatusException">400: no JSON or YAML, a value of a wrong type, another kind, or (strict) a field that is unknown or given twice.</exception>
    public static DecodedObject Decode(ResourceKind kind, ReadOnlyMemory<byte> body, FieldValidation validation)
    {
        var (json, duplicates) = Body.Parse(body);
        return Decode(kind, KubernetesSchema.Of(kind), json, duplicates, validation);
    }

    /// <summary>The same for protobuf, where nothing is unknown: as in Kubernetes, a message's fields that its kind does not have are ignored.</summary>
    /// <exception cref="StatusException">400: it is malformed, or another kind.</exception>
    public static DecodedObject DecodeMessage(ResourceKind kind, ReadOnlyMemory<byte> body) =>
        Decode(kind, KubernetesSchema.Of(kind), Envelope.Read(body.Span, KubernetesSchema.TypeOf(kind)), [], FieldValidation.Ignore);

    /// <summary>The same for what is asked and not stored.</summary>
    /// <exception cref="StatusException">400: it is malformed, or another kind.</exception>
    internal static JsonObject DecodeMessage(string kind, ReadOnlyMemory<byte> body)
    {
        var type = KubernetesSchema.Types[kind];
        return new ShapeReader(new()).Object(Envelope.Read(body.Span, type), type.Shape, Place.Root);
    }

    /// <summary>The same for what is JSON already: the result of a patch.</summary>
    public static DecodedObject Decode(ResourceKind kind, JsonObject value, FieldValidation validation) => Decode(kind, KubernetesSchema.Of(kind), value, [], validation);

    internal static DecodedObject Decode(ResourceKind kind, KindSchema schema, JsonNode? json, IReadOnlyList<Place> duplicates, FieldValidation validation)
    {
        var value = json as JsonObject ?? throw StatusException.BadRequest($"couldn't get version/kind; json parse error: the body is not an object, but {Sort(json)}");
        CheckKind(kind, value);
        var faults = new DecodingFaults();
        var read = schema.Read(value, faults, duplicates);
        faults.ThrowMisfits(kind);
        if (validation == FieldValidation.Strict)
            faults.ThrowStrict(kind);
        read["apiVersion"] = kind.GroupVersionKind.ApiVersion;
        read["kind"] = kind.Kind;
        return new(read, validation == FieldValidation.Warn ? faults.Warnings : []);
    }

    /// <summary>Both may be left out.</summary>
    /// <exception cref="StatusException">400: it is another kind.</exception>
    internal static void CheckKind(ResourceKind kind, JsonObject value)
    {
        foreach (var (field, expected) in (ReadOnlySpan<(string, string)>)[("apiVersion", kind.GroupVersionKind.ApiVersion), ("kind", kind.Kind)])
            if (value[field] is { } given && given.ToString() is { Length: > 0 } text && text != expected)
                throw StatusException.BadRequest(field == "kind"
                    ? $"the object provided is unrecognized (must be of type {kind.Kind}): its kind is {text}"
                    : $"the API version in the data ({text}) does not match the expected API version ({expected})");
    }

    private static string Sort(JsonNode? json) => json switch { null => "null", JsonArray => "a list", _ => "a single value" };
}

/// <summary>What is done about fields that a kind does not have, and fields given twice: the request's fieldValidation parameter.</summary>
public enum FieldValidation { Ignore, Warn, Strict }

/// <summary>An object as it came in a body: every field is one that its kind has, of the type that it must have.</summary>
/// <param name="Warnings">What <see cref="FieldValidation.Warn"/> has to say, each for a Warning header.</param>
public sealed record DecodedObject(JsonObject Json, IReadOnlyList<string> Warnings);
