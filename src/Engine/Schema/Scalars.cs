using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Schema;

/// <summary>Scalars that fit their type, in the one way the API writes them.</summary>
internal static class Scalars
{
    private static readonly SearchValues<char> Base64Digits = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    /// <summary>The value; null if it does not fit.</summary>
    /// <param name="problem">Why it does not, where it is of the right sort of JSON.</param>
    public static JsonValue? Read(JsonValue value, ShapeKind kind, out string? problem)
    {
        problem = null;
        return (kind, value.GetValueKind()) switch
        {
            (ShapeKind.Text, JsonValueKind.String) => Copy(value),
            (ShapeKind.Boolean, JsonValueKind.True or JsonValueKind.False) => Copy(value),
            (ShapeKind.Int32 or ShapeKind.IntOrString, JsonValueKind.Number) => Integer(value, int.MinValue, int.MaxValue),
            (ShapeKind.Int64, JsonValueKind.Number) => Integer(value, long.MinValue, long.MaxValue),
            (ShapeKind.Number, JsonValueKind.Number) => double.IsFinite(double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)) ? Copy(value) : null,
            (ShapeKind.IntOrString, JsonValueKind.String) => Copy(value),
            (ShapeKind.IntOrString, _) => Fault("json: cannot unmarshal bool into Go value of type int32", out problem),
            (ShapeKind.Bytes, JsonValueKind.String) => Base64(value, out problem),
            (ShapeKind.Quantity, _) => Amount(value, out problem),
            (ShapeKind.Time or ShapeKind.MicroTime, JsonValueKind.String) => Time(value, kind, out problem),
            (ShapeKind.Duration, JsonValueKind.String) => GoDuration.TryParse(value.ToString(), out _) ? Copy(value) : Fault($"time: invalid duration {JsonSerializer.Serialize(value.ToString())}", out problem),
            _ => null,
        };
    }

    private static JsonValue Copy(JsonValue value) => (JsonValue)value.DeepClone();

    private static JsonValue? Fault(string text, out string? problem)
    {
        problem = text;
        return null;
    }

    private static JsonValue? Integer(JsonValue value, long least, long most) =>
        long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? JsonNumber.Of(number) : null;

    private static JsonValue? Base64(JsonValue value, out string? problem)
    {
        problem = null;
        var text = ((string?)value ?? "").Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
        if (Convert.TryFromBase64String(text, new byte[text.Length], out _))
            return JsonValue.Create(text);
        var wrong = text.AsSpan().IndexOfAnyExcept(Base64Digits);
        return Fault($"illegal base64 data at input byte {(wrong < 0 ? text.Length : wrong)}", out problem);
    }

    private static JsonValue? Amount(JsonValue value, out string? problem)
    {
        problem = null;
        return Quantity.TryParse(value.ToString(), out var amount) ? JsonValue.Create(amount.ToString()) : Fault(Quantity.Fault, out problem);
    }

    /// <summary>A time as the API writes it.</summary>
    public static string TimeText(DateTimeOffset time, ShapeKind kind) =>
        time.UtcDateTime.ToString(kind == ShapeKind.MicroTime ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static JsonValue? Time(JsonValue value, ShapeKind kind, out string? problem)
    {
        problem = null;
        var text = (string?)value ?? "";
        return text.Length is > 18 and < 40 && text[10] == 'T' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? JsonValue.Create(TimeText(time, kind))
            : Fault($"parsing time {JsonSerializer.Serialize(text)} as \"2006-01-02T15:04:05Z07:00\": it is not a time in this form", out problem);
    }
}
