using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Kubernetes.Cel;

/// <summary>JSON as values of CEL: a number without a fraction is an int, any other a double.</summary>
internal static class CelValues
{
    public static object? Of(JsonNode? node) => node switch
    {
        null => null,
        JsonObject map => map.ToDictionary(pair => (object)pair.Key, pair => Of(pair.Value)),
        JsonArray list => list.Select(Of).ToList(),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Null => null,
            JsonValueKind.Number => Number(node.ToJsonString()),
            _ => node.ToString(),
        },
    };

    private static object Number(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return whole;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var large) ? large : double.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>A value as JSON, where JSON has it.</summary>
    public static bool TryShow(object? value, out JsonNode? shown)
    {
        shown = value switch
        {
            bool flag => flag,
            long number => number,
            ulong number => number,
            double number when double.IsFinite(number) => number,
            string text => text,
            IReadOnlyList<object?> list => new JsonArray([.. list.Select(item => TryShow(item, out var node) ? node : "…")]),
            IReadOnlyDictionary<object, object?> map => new JsonObject(map.Select(pair => KeyValuePair.Create(Convert.ToString(pair.Key, CultureInfo.InvariantCulture) ?? "", TryShow(pair.Value, out var node) ? node : "…")).DistinctBy(pair => pair.Key)),
            _ => null,
        };
        return shown is not null || value is null;
    }

    /// <summary>One spelling for keys and indexes that are equal: 1, 1u and 1.0.</summary>
    public static object Key(object key) => key switch
    {
        ulong and <= long.MaxValue => (long)(ulong)key,
        double number when double.IsInteger(number) && Math.Abs(number) < 1L << 53 => (long)number,
        _ => key,
    };

    /// <summary>The value of a key, or a fault.</summary>
    public static object? Field(object? target, object key) => target switch
    {
        CelFault => target,
        IReadOnlyDictionary<object, object?> map => map.TryGetValue(key, out var value) ? value
            : new CelFault(key is string name ? $"there is no '{name}' (where it may be missing, ask has(…) first)" : "there is no such key"),
        _ => new CelFault($"{CelTypes.Describe(CelTypes.Of(target))} has no fields{(key is string name ? $", so no '{name}'" : "")}"),
    };
}

/// <summary>
/// What a part comes to that has no value. A value of its own rather than an exception, because the logical operators continue with it: <c>fault || true</c> is true.
/// </summary>
/// <param name="Reason">Names fields and types, never values: those may be a Secret's.</param>
/// <param name="Absent">Only because the field that 'self' means does not exist.</param>
internal sealed record CelFault(string Reason, bool Absent = false)
{
    public static readonly CelFault NoSelf = new("the field does not exist", Absent: true);
}
