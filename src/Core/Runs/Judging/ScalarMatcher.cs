using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Runs;

/// <summary>
/// When two scalars are the same. The API server writes some values in a form of its own (1000m becomes "1", +01:00 becomes Z): where the schema says
/// that a value is a quantity, a time, a duration or base64, it is compared by what it says; an int-or-string by its text; all else with its type.
/// </summary>
internal static class ScalarMatcher
{
    public static bool Same(JsonValue expected, JsonValue? actual, ValueKind kind)
    {
        if (actual is null)
            return false;
        var (wanted, there) = (expected.ToString(), actual.ToString());
        return kind switch
        {
            ValueKind.Quantity => wanted == there || (Quantity.TryParse(wanted, out var one) && Quantity.TryParse(there, out var other) && one == other),
            ValueKind.IntOrString => wanted == there,
            _ when expected.GetValueKind() != actual.GetValueKind() => false,
            ValueKind.Time => wanted == there || (Timestamps.TryParse(wanted, out var one) && Timestamps.TryParse(there, out var other) && one == other),
            ValueKind.Duration => wanted == there || (GoDuration.TryParse(wanted, out var one) && GoDuration.TryParse(there, out var other) && one == other),
            ValueKind.Bytes => wanted == there || (Decode(wanted) is { } one && Decode(there) is { } other && one.AsSpan().SequenceEqual(other)),
            _ => Equals(Key(expected, kind), Key(actual, kind)),
        };
    }

    /// <summary>Something by which a scalar can be looked up: same scalars have equal keys, others different ones. Null where there is none.</summary>
    public static object? Key(JsonNode? value, ValueKind kind) => kind is ValueKind.Quantity or ValueKind.IntOrString or ValueKind.Time or ValueKind.Duration or ValueKind.Bytes
        ? null
        : value?.GetValueKind() switch
        {
            JsonValueKind.String => value.ToString(),
            JsonValueKind.Number => decimal.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : (JsonValueKind.Number, value.ToString()),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    private static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
