using System.Text.Json;

namespace Kontrakt.Kubernetes.Schema;

/// <summary>Tells the sort of a value by its schema: types and formats, Kubernetes' extensions, and its types that JSON does not have.</summary>
internal static class ValueKinds
{
    /// <summary>What controller-gen writes into the schemas of custom resources for a quantity; it always has the suffixes.</summary>
    private const string QuantitySuffixes = "[numkMGTPE]";

    /// <param name="name">The definition that the schema was referred to by; "" where it is in place.</param>
    public static ValueKind Of(JsonElement schema, string name)
    {
        if (name.EndsWith(".api.resource.Quantity", StringComparison.Ordinal))
            return ValueKind.Quantity;
        if (name.EndsWith(".meta.v1.Duration", StringComparison.Ordinal))
            return ValueKind.Duration;
        var format = Text(schema, "format");
        if (format == "int-or-string" || (schema.TryGetProperty("x-kubernetes-int-or-string", out var either) && either.ValueKind == JsonValueKind.True))
            return Text(schema, "pattern").Contains(QuantitySuffixes, StringComparison.Ordinal) ? ValueKind.Quantity : ValueKind.IntOrString;
        return (Text(schema, "type"), format) switch
        {
            ("string", "date-time") => ValueKind.Time,
            ("string", "duration") => ValueKind.Duration,
            ("string", "byte") => ValueKind.Bytes,
            ("string", _) => ValueKind.Text,
            ("integer", _) => ValueKind.Integer,
            ("number", _) => ValueKind.Number,
            ("boolean", _) => ValueKind.Boolean,
            ("array", _) => ValueKind.List,
            ("object" or "", _) when schema.TryGetProperty("properties", out _) || schema.TryGetProperty("allOf", out _) => ValueKind.Object,
            ("object", _) when schema.TryGetProperty("additionalProperties", out var values) && values.ValueKind == JsonValueKind.Object => ValueKind.Map,
            // Without fields and without a type for its values it may be anything, also none: FieldsV1, JSON, a RawExtension.
            _ => ValueKind.Any,
        };
    }

    private static string Text(JsonElement schema, string name) => schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";
}

/// <summary>The sorts of values that a server's schema tells apart.</summary>
public enum ValueKind
{
    /// <summary>The schema does not say, or allows everything.</summary>
    Any,
    Object,
    Map,
    List,
    Text,
    /// <summary>Base64.</summary>
    Bytes,
    Boolean,
    Integer,
    Number,
    /// <summary>An amount, such as 500m or 1Gi.</summary>
    Quantity,
    IntOrString,
    /// <summary>RFC 3339.</summary>
    Time,
    /// <summary>As Go writes it, such as 1m30s.</summary>
    Duration,
}
