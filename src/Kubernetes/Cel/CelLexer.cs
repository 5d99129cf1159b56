using System.Globalization;

namespace Kontrakt.Kubernetes.Cel;

/// <summary>Cuts an expression into tokens.</summary>
internal static class CelLexer
{
    private static readonly string[] Symbols = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}"];

    /// <exception cref="CelSyntaxException"/>
    public static List<CelToken> Read(string text)
    {
        var tokens = new List<CelToken>();
        for (var at = Skip(text, 0); at < text.Length; at = Skip(text, tokens[^1].End))
            tokens.Add(Next(text, at));
        tokens.Add(new(CelTokenKind.End, "", null, text.Length, text.Length));
        return tokens;
    }

    /// <summary>Skips spaces and comments.</summary>
    private static int Skip(string text, int at)
    {
        while (at < text.Length && (char.IsWhiteSpace(text[at]) || IsComment(text, at)))
            at = IsComment(text, at) && text.IndexOf('\n', at) is var end ? (end < 0 ? text.Length : end) : at + 1;
        return at;
    }

    private static bool IsComment(string text, int at) => text.AsSpan(at).StartsWith("//");

    private static CelToken Next(string text, int at)
    {
        if (CelStrings.Read(text, at) is { } literal)
            return literal;
        if (char.IsAsciiLetter(text[at]) || text[at] == '_')
            return Word(text, at);
        if (char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            return Number(text, at);
        var symbol = Array.Find(Symbols, symbol => text.AsSpan(at).StartsWith(symbol)) ?? throw new CelSyntaxException(at, Unknown(text, at));
        return new(CelTokenKind.Symbol, symbol, null, at, at + symbol.Length);
    }

    private static string Unknown(string text, int at) => text[at] switch
    {
        '=' => "'=' compares nothing; write '=='",
        '&' or '|' => $"write '{text[at]}{text[at]}'",
        '@' => "'@' is of JMESPath; in CEL the field's value is 'self'",
        '`' => "backticks quote nothing here; write numbers as they are, and self[\"a.b/c\"] for a key that is not a name",
        '$' => "there are no bindings; the field's value is 'self', the whole object 'object'",
        _ => $"'{text[at]}' is not part of the language",
    };

    private static CelToken Word(string text, int at)
    {
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        var word = text[at..end];
        return word switch
        {
            "true" or "false" => new(CelTokenKind.Literal, word, word == "true", at, end),
            "null" => new(CelTokenKind.Literal, word, null, at, end),
            "in" => new(CelTokenKind.Symbol, word, null, at, end),
            _ => new(CelTokenKind.Identifier, word, null, at, end),
        };
    }

    private static CelToken Number(string text, int at)
    {
        var hex = text.AsSpan(at).StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var end = hex ? at + 2 : at;
        while (end < text.Length && (hex ? char.IsAsciiHexDigit(text[end]) : IsOfDecimal(text, at, end)))
            end++;
        var digits = text[at..end];
        var unsigned = end < text.Length && text[end] is 'u' or 'U';
        var read = hex ? Whole(ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null, unsigned) : Decimal(digits, unsigned);
        end += unsigned ? 1 : 0;
        if (read is null || (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')))
            throw new CelSyntaxException(at, $"'{text[at..end]}' is not a number that fits into 64 bits; an amount such as 1Gi is written quantity(\"1Gi\")");
        return new(CelTokenKind.Literal, text[at..end], read, at, end);
    }

    private static bool IsOfDecimal(string text, int from, int at) => text[at] switch
    {
        '.' => at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]) && !text.AsSpan(from, at - from).ContainsAny('.', 'e', 'E'),
        'e' or 'E' => !text.AsSpan(from, at - from).ContainsAny('e', 'E'),
        '+' or '-' => text[at - 1] is 'e' or 'E' && at > from,
        var digit => char.IsAsciiDigit(digit),
    };

    private static object? Decimal(string digits, bool unsigned)
    {
        if (digits.AsSpan().ContainsAny('.', 'e', 'E'))
            return !unsigned && double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
        var value = ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : (ulong?)null;
        // 2^63 is only valid after a minus; the parser turns it.
        return value == 1UL << 63 && !unsigned ? CelParser.MinusOnly : Whole(value, unsigned);
    }

    private static object? Whole(ulong? value, bool unsigned) => value switch
    {
        null => null,
        { } number when unsigned => number,
        <= long.MaxValue => (long)value,
        _ => null,
    };
}

internal enum CelTokenKind { Identifier, Literal, Symbol, End }

/// <param name="Text">As written.</param>
/// <param name="Value">Of a literal.</param>
internal readonly record struct CelToken(CelTokenKind Kind, string Text, object? Value, int Start, int End)
{
    public bool Is(string symbol) => Kind == CelTokenKind.Symbol && Text == symbol;
}
