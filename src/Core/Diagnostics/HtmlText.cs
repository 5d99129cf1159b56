using System.Globalization;
using System.Text;

namespace Kontrakt.Diagnostics;

/// <summary>Texts as writers of HTML and XML escape them: &amp;, &lt; and &gt; by name; what else, and how, is as each of them likes.</summary>
internal static class HtmlText
{
    private static readonly string[] Quotes = ["\"", "&quot;", "&#34;", "&#x22;"];
    private static readonly string[] Apostrophes = ["'", "&apos;", "&#39;", "&#x27;"];

    /// <summary>More ASCII that is escaped, and the format of its number: html/template of Go; .NET's HtmlEncoder; Mustache and OWASP's rules.</summary>
    private static readonly (string Characters, string Format)[] More = [("", ""), ("+", "&#{0};"), ("+`", "&#x{0:X};"), ("/`=", "&#x{0:X};"), ("/", "&#x{0:X};"), ("/", "&#{0};")];

    /// <summary>From which character on others are escaped, up to which, and the format of their number.</summary>
    private static readonly (int From, int To, string Format)[] Beyond = [(int.MaxValue, 0, ""), (0xa0, 0xff, "&#{0};"), (0x80, 0x10ffff, "&#{0};"), (0x80, 0x10ffff, "&#x{0:X};"), (0x80, 0x10ffff, "&#x{0:x};")];

    /// <param name="all">Also those that escape more than HTML needs.</param>
    public static IEnumerable<string> Of(string text, bool all) =>
        from quote in text.Contains('"') ? Quotes : Quotes[..1]
        from apostrophe in text.Contains('\'') ? Apostrophes : Apostrophes[..1]
        from more in all ? More : More[..1]
        from beyond in all ? Beyond : Beyond[..1]
        select Escape(text, quote, apostrophe, more, beyond);

    private static string Escape(string text, string quote, string apostrophe, (string Characters, string Format) more, (int From, int To, string Format) beyond)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value >= beyond.From && rune.Value <= beyond.To)
                result.AppendFormat(CultureInfo.InvariantCulture, beyond.Format, rune.Value);
            else if (rune.IsAscii && more.Characters.Contains((char)rune.Value, StringComparison.Ordinal))
                result.AppendFormat(CultureInfo.InvariantCulture, more.Format, rune.Value);
            else
                _ = rune.Value switch
                {
                    '&' => result.Append("&amp;"),
                    '<' => result.Append("&lt;"),
                    '>' => result.Append("&gt;"),
                    '"' => result.Append(quote),
                    '\'' => result.Append(apostrophe),
                    _ => result.Append(rune),
                };
        }
        return result.ToString();
    }
}
