using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests.Sources;

/// <summary>
/// What is after the two slashes of dockerfile:// and template://, read by the same rules: NAME?KEY=VALUE&amp;KEY=VALUE, each part percent-decoded
/// UTF-8. A '+' is a '+'.
/// </summary>
internal sealed record SourceText(string Name, IReadOnlyList<SourceValue> Values)
{
    /// <param name="text">All of it.</param>
    /// <param name="scheme">What it begins with, slashes included.</param>
    /// <exception cref="FormatException">What is wrong with it, for a person.</exception>
    public static SourceText Parse(string text, string scheme)
    {
        var parts = text.Split('?', 2);
        var values = new List<SourceValue>();
        if (parts is [_, { Length: > 0 } query])
        {
            var at = parts[0].Length + 1;
            foreach (var pair in query.Split('&'))
            {
                values.Add(Pair(pair, at));
                at += pair.Length + 1;
            }
        }
        return new(Decode(parts[0][scheme.Length..]), values);
    }

    /// <summary>The value of a key that may occur once; null where it does not.</summary>
    /// <exception cref="FormatException">It occurs twice.</exception>
    public string? Single(string key)
    {
        var all = Values.Where(value => value.Key == key).ToList();
        return all.Count > 1 ? throw new FormatException($"it has '{key}' twice") : all.FirstOrDefault()?.Value;
    }

    private static SourceValue Pair(string pair, int at)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? new(Decode(pair[..equals]), Decode(pair[(equals + 1)..]), at, pair.Length)
            : throw new FormatException(pair.Length == 0 ? "there is nothing between '&' and '&', or after the last '&' or '?'" : $"'{pair}' is not of the form KEY=VALUE");
    }

    private static string Decode(string part)
    {
        for (var at = part.IndexOf('%', StringComparison.Ordinal); at >= 0; at = part.IndexOf('%', at + 1))
            if (at + 2 >= part.Length || !char.IsAsciiHexDigit(part[at + 1]) || !char.IsAsciiHexDigit(part[at + 2]))
                throw new FormatException("after a '%' two hexadecimal digits must follow; '%' itself is %25");
        var decoded = Uri.UnescapeDataString(part);
        return decoded.Any(char.IsControl) || part.Any(char.IsWhiteSpace) ? throw new FormatException("it holds a space or a control character; a space is %20") : decoded;
    }
}

/// <param name="At">Where KEY=VALUE begins in the whole text.</param>
/// <param name="Length">Of KEY=VALUE as it is written.</param>
internal sealed record SourceValue(string Key, string Value, int At, int Length)
{
    /// <summary>Its own place, where the whole text is on one line as it is, with quotes or without; else that of the whole.</summary>
    /// <param name="whole">The place of the text.</param>
    public SourceLocation? Within(SourceLocation? whole, string text)
    {
        var quotes = whole is null ? 0 : whole.EndColumn - whole.Column - text.Length;
        if (whole is null || whole.Line != whole.EndLine || quotes is not (0 or 2))
            return whole;
        var column = whole.Column + (quotes / 2) + At;
        return whole with { Column = column, EndColumn = column + Length };
    }
}
