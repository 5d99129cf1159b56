using System.Globalization;
using System.Text;
using System.Text.Json;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>Writes the text of a scalar, so that it reads as a given string again.</summary>
internal static class ScalarText
{
    private const string AlwaysSafe = "_./:@+-";

    /// <summary>A whole new scalar in place of one: in its own quotes where they can hold the value, plain where that stays a string, else in double quotes.</summary>
    public static string Write(string value, YamlStyle style) => style switch
    {
        YamlStyle.SingleQuoted when !value.Any(char.IsControl) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'",
        YamlStyle.DoubleQuoted => DoubleQuoted(value),
        _ => IsSafePlain(value) ? value : DoubleQuoted(value),
    };

    /// <summary>A value as it is inside a scalar of that style; null when it cannot be written as it is.</summary>
    /// <param name="atStart">Whether it becomes the scalar's first characters.</param>
    public static string? Inside(string value, YamlStyle style, bool atStart)
    {
        // Spaces are lost where a line ends, and these two end a document at a line's beginning.
        if (value.StartsWith(' ') || value.EndsWith(' ') || value.StartsWith("---", StringComparison.Ordinal) || value.StartsWith("...", StringComparison.Ordinal))
            return null;
        return style switch
        {
            YamlStyle.SingleQuoted => value.Any(char.IsControl) ? null : value.Replace("'", "''", StringComparison.Ordinal),
            YamlStyle.DoubleQuoted => DoubleQuoted(value)[1..^1],
            YamlStyle.Plain => value.All(IsSafe) && !value.EndsWith(':') && !value.StartsWith(':') && (!atStart || IsSafeStart(value[0])) ? value : null,
            _ => value.Any(char.IsControl) ? null : value,
        };
    }

    /// <summary>Whether a plain scalar of this value is read as text, and not as a number, a boolean or nothing.</summary>
    public static bool IsPlainText(string value) =>
        new YamlScalar(value, YamlStyle.Plain, null, default, default).ToJson()?.GetValueKind() == JsonValueKind.String;

    private static bool IsSafePlain(string value) =>
        value.Length > 0 && IsSafeStart(value[0]) && value.All(IsSafe) && !value.EndsWith(':') && IsPlainText(value);

    private static bool IsSafe(char character) => char.IsAsciiLetterOrDigit(character) || AlwaysSafe.Contains(character);

    private static bool IsSafeStart(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '/';

    /// <summary>Double quotes hold any text; what is not printable is escaped (YAML 1.2, section 5.7).</summary>
    private static string DoubleQuoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var character in value)
            text.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF' => Escape(character),
                _ when char.IsControl(character) => Escape(character),
                _ => character.ToString(),
            });
        return text.Append('"').ToString();
    }

    private static string Escape(char character) => "\\u" + ((int)character).ToString("X4", CultureInfo.InvariantCulture);
}
