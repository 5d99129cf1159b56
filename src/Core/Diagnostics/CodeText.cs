using System.Globalization;
using System.Text;

namespace Kontrakt.Diagnostics;

/// <summary>How a text in source code writes what is not ASCII.</summary>
internal enum CodeBytes
{
    AsTheyAre,
    Hexadecimal,
    Octal,
}

/// <summary>Texts as programs show them in the form of source code: with backslashes.</summary>
internal static class CodeText
{
    /// <param name="quote">The quote around it, which has a backslash before it inside.</param>
    public static Func<string, string> With(string quote, CodeBytes bytes = CodeBytes.AsTheyAre) => text =>
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\\' || (rune.IsAscii && quote.Contains((char)rune.Value, StringComparison.Ordinal)))
                result.Append('\\').Append(rune);
            else if (rune.Value is '\n' or '\r' or '\t')
                result.Append('\\').Append(rune.Value switch { '\n' => 'n', '\r' => 'r', _ => 't' });
            else if (rune.IsAscii || bytes == CodeBytes.AsTheyAre)
                result.Append(rune);
            else
                Append(result, rune, bytes);
        }
        return result.ToString();
    };

    /// <summary>With a backslash before each of these characters.</summary>
    public static string Backslashed(string text, Func<char, bool> needs) =>
        string.Concat(text.Select(character => needs(character) ? $"\\{character}" : $"{character}"));

    private static void Append(StringBuilder result, Rune rune, CodeBytes bytes)
    {
        foreach (var each in Encoding.UTF8.GetBytes(rune.ToString()))
            result.Append(bytes == CodeBytes.Octal ? $"\\{Convert.ToString(each, 8)}" : string.Create(CultureInfo.InvariantCulture, $"\\x{each:x2}"));
    }
}
