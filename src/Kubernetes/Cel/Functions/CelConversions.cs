using System.Globalization;
using System.Text;

namespace Kontrakt.Kubernetes.Cel;

/// <summary>From one type to another. A text that does not fit is a fault that does not show it.</summary>
internal static class CelConversions
{
    private const NumberStyles Fractions = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static IEnumerable<CelFunction> All =>
    [
        new("dyn", [CelType.Any], CelType.Any, values => values[0]),
        new("type", [CelType.Any], CelType.Type, values => new CelTypeName(CelTypes.Of(values[0]))),
        new("bool", [CelType.Bool | CelType.String], CelType.Bool, values => values[0] switch
        {
            bool value => value,
            "true" or "True" or "TRUE" or "t" or "1" => true,
            "false" or "False" or "FALSE" or "f" or "0" => false,
            _ => Unfit("bool"),
        }),
        new("int", [CelType.Number | CelType.String | CelType.Timestamp], CelType.Int, values => Int(values[0]) ?? Unfit("int")),
        new("uint", [CelType.Number | CelType.String], CelType.Uint, values => Uint(values[0]) ?? Unfit("uint")),
        new("double", [CelType.Number | CelType.String], CelType.Double, values => values[0] switch
        {
            long value => (double)value,
            ulong value => (double)value,
            string text => double.TryParse(text, Fractions, CultureInfo.InvariantCulture, out var value) ? value : Unfit("double"),
            var value => value,
        }),
        new("string", [CelType.Bool | CelType.Number | CelType.String | CelType.Bytes | CelType.Timestamp | CelType.Duration], CelType.String, values => Text(values[0])),
        new("bytes", [CelType.String | CelType.Bytes], CelType.Bytes, values => values[0] is string text ? Encoding.UTF8.GetBytes(text) : values[0]),
    ];

    private static object? Int(object? value) => value switch
    {
        long => value,
        ulong large => large <= long.MaxValue ? (long)large : null,
        double number => Math.Abs(number) < 9.2e18 ? (long)number : null,
        DateTimeOffset time => time.ToUnixTimeSeconds(),
        _ => long.TryParse(value as string, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var read) ? read : null,
    };

    private static object? Uint(object? value) => value switch
    {
        ulong => value,
        long number => number >= 0 ? (ulong)number : null,
        double number => number is >= 0 and < 1.8e19 ? (ulong)number : null,
        _ => ulong.TryParse(value as string, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : null,
    };

    private static object? Text(object? value) => value switch
    {
        bool truth => truth ? "true" : "false",
        byte[] bytes => Decode(bytes),
        DateTimeOffset time => time.UtcDateTime.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture),
        TimeSpan span => span.TotalSeconds.ToString("0.#########", CultureInfo.InvariantCulture) + "s",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value,
    };

    private static object Decode(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return new CelFault("these bytes are not UTF-8, so they are not a string");
        }
    }

    private static CelFault Unfit(string type) => new($"a value does not fit into {type}()");
}
