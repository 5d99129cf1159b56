using System.Globalization;
using System.Text;

namespace Kontrakt.Kubernetes.Cel;

/// <summary>Reads string and bytes literals: in single, double or triple quotes, raw with r, bytes with b.</summary>
internal static class CelStrings
{
    /// <returns>Null when no literal begins here.</returns>
    public static CelToken? Read(string text, int start)
    {
        var (at, raw, bytes) = (start, false, false);
        while (at < text.Length && at - start < 2 && char.ToLowerInvariant(text[at]) is var prefix && (prefix == 'r' && !raw || prefix == 'b' && !bytes))
            (at, raw, bytes) = (at + 1, raw || prefix == 'r', bytes || prefix == 'b');
        if (at == text.Length || text[at] is not ('"' or '\''))
            return null;
        var quote = text.AsSpan(at).StartsWith(new string(text[at], 3)) ? new string(text[at], 3) : text[at..(at + 1)];
        at += quote.Length;
        var value = new StringBuilder();
        while (!text.AsSpan(at).StartsWith(quote))
        {
            if (at == text.Length || (quote.Length == 1 && text[at] is '\n' or '\r'))
                throw new CelSyntaxException(start, "this string is not closed (in YAML an unquoted value also ends at ' #'; then use a block scalar)");
            if (text[at] == '\\' && !raw)
                at = Escape(text, at, value);
            else
                value.Append(text[at++]);
        }
        at += quote.Length;
        if (bytes && value.ToString().Any(letter => letter > '\x7F') && text.AsSpan(start, at - start).Contains('\\') && !raw)
            throw new CelSyntaxException(start, "in bytes only characters of ASCII may be escaped");
        return new(CelTokenKind.Literal, text[start..at], bytes ? Encoding.UTF8.GetBytes(value.ToString()) : value.ToString(), start, at);
    }

    /// <returns>Where reading goes on.</returns>
    private static int Escape(string text, int at, StringBuilder value)
    {
        var kind = at + 1 < text.Length ? text[at + 1] : '\0';
        if (kind is 'x' or 'X' or 'u' or 'U' or (>= '0' and <= '3'))
            return Coded(text, at, kind, value);
        value.Append(kind switch
        {
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            '\\' or '?' or '"' or '\'' or '`' => kind,
            _ => throw new CelSyntaxException(at, "no such escape; write '\\\\' for a backslash, or a raw string such as r\"\\d+\""),
        });
        return at + 2;
    }

    private static int Coded(string text, int at, char kind, StringBuilder value)
    {
        var (from, length) = kind switch { 'x' or 'X' => (at + 2, 2), 'u' => (at + 2, 4), 'U' => (at + 2, 8), _ => (at + 1, 3) };
        if (from + length > text.Length || Code(text.Substring(from, length), octal: char.IsAsciiDigit(kind)) is not { } code || !Rune.TryCreate(code, out var rune))
            throw new CelSyntaxException(at, "this escape is not a character");
        value.Append(rune);
        return from + length;
    }

    private static int? Code(string digits, bool octal)
    {
        if (octal)
            return digits.All(digit => digit is >= '0' and <= '7') ? Convert.ToInt32(digits, 8) : null;
        return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) ? code : null;
    }
}
