using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Cel;

namespace Kontrakt.Kubernetes.Yaml;

/// <summary>
/// The type of a scalar as Kubernetes' own reader sees it (sigs.k8s.io/yaml over go-yaml v2): YAML 1.1 without base-60 numbers, with Go's
/// integer prefixes. Timestamps stay text. Whole numbers beyond 64 bits keep every digit.
/// </summary>
internal static class YamlValues
{
    internal const string TagPrefix = "tag:yaml.org,2002:";

    /// <summary>Longer than this it is text: reading digits takes more than linear time.</summary>
    private const int MaxNumber = 400;

    private enum Kind { Text, Null, Boolean, Integer, Float, Infinite }

    /// <param name="Text">The value in JSON's spelling, or the text itself.</param>
    private readonly record struct Typed(Kind Kind, string Text);

    internal static bool IsExpression(YamlScalar scalar) => scalar.Tag == CelExpression.Tag;

    internal static JsonNode? ToJson(YamlScalar scalar)
    {
        if (IsExpression(scalar))
            return CelExpression.ToJson(scalar.Value);
        var typed = Resolve(scalar);
        return typed.Kind switch
        {
            Kind.Null => null,
            Kind.Boolean => JsonValue.Create(typed.Text == "true"),
            // Parsed, so that it reads as any number type, as one from the API server does.
            Kind.Integer or Kind.Float => JsonNode.Parse(typed.Text),
            _ => JsonValue.Create(typed.Text),
        };
    }

    /// <summary>The property name that a key becomes: 'yes' is true, 0x10 is 16.</summary>
    internal static string KeyText(YamlScalar key) => Resolve(key).Text;

    internal static bool IsNull(YamlScalar scalar) => Resolve(scalar).Kind == Kind.Null;

    /// <summary>Why a scalar cannot be read; null when it can.</summary>
    internal static (YamlFault Fault, string Message)? Problem(YamlScalar scalar)
    {
        if (scalar.Tag is null)
            return scalar.Style == YamlStyle.Plain && scalar.Value.Length is 4 or 5 && Resolve(scalar).Kind == Kind.Infinite
                ? (YamlFault.Syntax, $"'{scalar.Value}' is not a number that JSON, and so Kubernetes, can hold; quote it if it is text")
                : null;
        if (scalar.Tag is "!")
            return null;
        if (scalar.Tag is not (TagPrefix + "str" or TagPrefix + "int" or TagPrefix + "float" or TagPrefix + "bool" or TagPrefix + "null"
            or TagPrefix + "timestamp" or TagPrefix + "binary" or TagPrefix + "merge"))
            return (YamlFault.UnknownTag, UnknownTag(scalar.Tag));
        return Fits(scalar) ? null : (YamlFault.Syntax, $"'{scalar.Value}' is not a value of the type {Short(scalar.Tag)}");
    }

    internal static string UnknownTag(string tag) => tag == CelExpression.Tag
        ? $"an expression ({CelExpression.Tag}) can only be a single value in an *.assert.yaml or *.error.yaml; {CelExpression.Quote}"
        : $"the tag '{Short(tag)}' is not known here; remove it (known: !!str, !!int, !!float, !!bool, !!null, !!timestamp, !!binary, !!map, !!seq)";

    private static string Short(string tag) => tag.StartsWith(TagPrefix, StringComparison.Ordinal) ? "!!" + tag[TagPrefix.Length..] : tag;

    private static bool Fits(YamlScalar scalar) => scalar.Tag![^3..] switch
    {
        "int" => Untagged(scalar.Value).Kind == Kind.Integer,
        "oat" => Untagged(scalar.Value).Kind is Kind.Integer or Kind.Float,
        "ool" => Untagged(scalar.Value).Kind == Kind.Boolean,
        "ull" => Untagged(scalar.Value).Kind == Kind.Null,
        "ary" => Convert.TryFromBase64String(scalar.Value, new byte[scalar.Value.Length], out _),
        _ => true,
    };

    private static Typed Resolve(YamlScalar scalar) => scalar.Tag switch
    {
        null => scalar.Style == YamlStyle.Plain ? Untagged(scalar.Value) : new(Kind.Text, scalar.Value),
        TagPrefix + "int" or TagPrefix + "float" or TagPrefix + "bool" or TagPrefix + "null" => Untagged(scalar.Value),
        TagPrefix + "binary" => new(Kind.Text, Encoding.UTF8.GetString(Convert.FromBase64String(scalar.Value))),
        _ => new(Kind.Text, scalar.Value),
    };

    private static Typed Untagged(string value) => value switch
    {
        "" or "~" or "null" or "Null" or "NULL" => new(Kind.Null, ""),
        "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => new(Kind.Boolean, "true"),
        "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => new(Kind.Boolean, "false"),
        ".nan" or ".NaN" or ".NAN" or ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF" => new(Kind.Infinite, value),
        ['.', ..] => Float(value) ?? new(Kind.Text, value),
        ['+' or '-' or (>= '0' and <= '9'), ..] => Number(value),
        _ => new(Kind.Text, value),
    };

    private static Typed Number(string value)
    {
        if (value.Length < 19 && value[0] is >= '1' and <= '9' && !value.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return new(Kind.Integer, value);
        if (IsDate(value) || value.Length > MaxNumber)
            return new(Kind.Text, value);
        var plain = value.Replace("_", "", StringComparison.Ordinal);
        if (Integer(plain) is { } integer)
            return new(Kind.Integer, integer.ToString(CultureInfo.InvariantCulture));
        return Float(plain) ?? new(Kind.Text, value);
    }

    /// <summary>Go's strconv.ParseInt with base 0: 0x, 0o, 0b and a leading 0 for octal.</summary>
    private static BigInteger? Integer(string plain)
    {
        var digits = plain.AsSpan(plain.Length > 0 && plain[0] is '+' or '-' ? 1 : 0);
        var (numberBase, skip) = digits switch
        {
            ['0', 'x' or 'X', ..] => (16, 2),
            ['0', 'o' or 'O', ..] => (8, 2),
            ['0', 'b' or 'B', ..] => (2, 2),
            ['0', _, ..] => (8, 1),
            _ => (10, 0),
        };
        digits = digits[skip..];
        if (digits.Length == 0)
            return null;
        var value = BigInteger.Zero;
        if (numberBase == 10)
            return digits.ContainsAnyExceptInRange('0', '9') ? null : Signed(BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture));
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit) || Convert.ToInt32(digit.ToString(), 16) is var number && number >= numberBase)
                return null;
            value = value * numberBase + Convert.ToInt32(digit.ToString(), 16);
        }
        return Signed(value);

        BigInteger Signed(BigInteger positive) => plain[0] == '-' ? -positive : positive;
    }

    private static Typed? Float(string text)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(text, Style, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            return null;
        // Whole numbers in full, as Go writes them: an integer field takes 1e3.
        var whole = Math.Abs(value) < 1e21 && double.IsInteger(value);
        return new(Kind.Float, whole ? new BigInteger(value).ToString(CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture));
    }

    /// <summary>What begins like a date (four digits, '-') and so is never a number.</summary>
    private static bool IsDate(string value) => value.Length > 4 && value[4] == '-' && !value.AsSpan(0, 4).ContainsAnyExceptInRange('0', '9');
}
