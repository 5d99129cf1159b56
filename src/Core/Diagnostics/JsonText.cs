using System.Globalization;
using System.Text;

namespace Kontrakt.Diagnostics;

/// <summary>Texts as JSON writers escape them (RFC 8259, section 7, leaves it open which characters are escaped, and how).</summary>
internal static class JsonText
{
    /// <param name="coded">Characters that are written by their number.</param>
    /// <param name="ascii">So are all beyond ASCII.</param>
    /// <param name="upper">In upper case.</param>
    /// <param name="slash">The slash has a backslash before it.</param>
    public static Func<string, string> With(string coded, bool ascii = false, bool upper = false, bool slash = false) => text =>
    {
        var result = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            var isCoded = coded.Contains(character, StringComparison.Ordinal) || (ascii && character > '~');
            _ = !isCoded && Short(character, slash) is { } escape ? result.Append('\\').Append(escape)
                : isCoded || character < ' ' ? result.Append(CultureInfo.InvariantCulture, $@"\u{((int)character).ToString(upper ? "X4" : "x4", CultureInfo.InvariantCulture)}")
                : result.Append(character);
        }
        return result.ToString();
    };

    private static char? Short(char character, bool slash) => character switch
    {
        '"' or '\\' => character,
        '/' when slash => '/',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\b' => 'b',
        '\f' => 'f',
        _ => null,
    };
}
