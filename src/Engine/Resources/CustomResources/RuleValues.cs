using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>JSON as the values that rules see: of the type that the schema says, with names that the language can write.</summary>
internal static class RuleValues
{
    private static readonly string[] Names = ["name", "generateName"];
    private static readonly HashSet<string> Reserved =
    [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while",
    ];

    public static object? Of(JsonNode? value, StructuralSchema? schema, bool isRoot = false) => value switch
    {
        null => null,
        JsonObject map => Map(map, schema, isRoot || schema is { IsEmbedded: true }),
        JsonArray list => list.Select(item => Of(item, schema?.Items)).ToList(),
        JsonValue scalar => Scalar(scalar, schema),
        _ => throw new ArgumentException("no JSON", nameof(value)),
    };

    private static Dictionary<object, object?> Map(JsonObject map, StructuralSchema? schema, bool isResource)
    {
        var result = new Dictionary<object, object?>();
        foreach (var (name, value) in map)
            if (isResource && name == "metadata")
                result[name] = Metadata(value as JsonObject);
            else
                result[schema?.Additional is null ? Escape(name) : name] = Of(value, schema?.Of(name));
        return result;
    }

    /// <summary>Of it, rules see how the object is called, and no more.</summary>
    private static Dictionary<object, object?> Metadata(JsonObject? metadata) =>
        Names.Where(field => metadata.Has(field)).ToDictionary(field => (object)field, field => (object?)metadata.Text(field));

    private static object? Scalar(JsonValue value, StructuralSchema? schema) => (value.GetValueKind(), schema?.Type, schema?.Format) switch
    {
        (JsonValueKind.True, _, _) => true,
        (JsonValueKind.False, _, _) => false,
        (JsonValueKind.Number, "number", _) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
        (JsonValueKind.Number, _, _) => long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
        (_, "string", "date-time" or "date") when DateTimeOffset.TryParse(value.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        (_, "string", "duration") when GoDuration.TryParse(value.ToString(), out var nanoseconds) && Math.Abs(nanoseconds) < long.MaxValue => TimeSpan.FromTicks((long)(nanoseconds / TimeSpan.NanosecondsPerTick)),
        (_, "string", "byte") when Convert.TryFromBase64String(value.ToString(), new byte[value.ToString().Length], out _) => Convert.FromBase64String(value.ToString()),
        _ => value.ToString(),
    };

    /// <summary>A field's name as an identifier: a-b is a__dash__b.</summary>
    private static string Escape(string name) => Reserved.Contains(name) ? $"__{name}__" : name.AsSpan().IndexOfAny("./-") < 0 && !name.Contains("__", StringComparison.Ordinal) ? name
        : name.Replace("__", "__underscores__", StringComparison.Ordinal).Replace(".", "__dot__", StringComparison.Ordinal)
            .Replace("-", "__dash__", StringComparison.Ordinal).Replace("/", "__slash__", StringComparison.Ordinal);
}
