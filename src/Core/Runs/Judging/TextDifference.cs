using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Runs;

/// <summary>Of two long texts, where they part: whole they would be cut in a message, and look the same.</summary>
internal static class TextDifference
{
    private const int Short = 80;
    private const int Before = 30;
    private const int After = 60;

    /// <returns>Null for what is better shown whole.</returns>
    public static (string Expected, string Actual)? Between(JsonNode expected, JsonNode? actual)
    {
        if (actual is null || expected.GetValueKind() != JsonValueKind.String || actual.GetValueKind() != JsonValueKind.String)
            return null;
        var (wanted, there) = (expected.ToString(), actual.ToString());
        if (IsShort(wanted) && IsShort(there))
            return null;
        var at = wanted.AsSpan().CommonPrefixLength(there);
        var line = wanted.AsSpan(0, at).Count('\n') + 1;
        var begin = at == 0 ? 0 : wanted.LastIndexOf('\n', at - 1) + 1;
        return ($"at line {line}, character {at - begin + 1}: {Piece(wanted, begin, at)}", Piece(there, begin, at));
    }

    private static bool IsShort(string text) => text.Length <= Short && !text.TrimEnd('\n').Contains('\n');

    /// <summary>The line with the difference; of a long one, what is around it.</summary>
    private static string Piece(string text, int begin, int at)
    {
        if (at == text.Length)
            return at == begin ? "the end of the text" : $"{ValueText.Quote(Cut(text[begin..], at - begin))}, the end of the text";
        var end = text.IndexOf('\n', at);
        // A line break that only one of the two has is shown.
        return ValueText.Quote(Cut(text[begin..(end < 0 ? text.Length : end == at ? at + 1 : end)], at - begin));
    }

    private static string Cut(string line, int at)
    {
        var (from, to) = (Math.Max(0, at - Before), Math.Min(line.Length, at + After));
        return (from > 0 ? "..." : "") + line[from..to] + (to < line.Length ? "..." : "");
    }
}
