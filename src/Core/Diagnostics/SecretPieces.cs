namespace Kontrakt.Diagnostics;

/// <summary>
/// What a cut has left of secret values: messages and logs shorten long texts and write an ellipsis, and what is beside it may be the beginning, the
/// end or a middle part of a value that is no longer found as a whole.
/// </summary>
/// <param name="values">The texts to find, each at least <see cref="Redactor.ShortestValue"/> long.</param>
internal sealed class SecretPieces(string[] values)
{
    /// <summary>More of a value is hardly shown before it is cut.</summary>
    private const int LongestWindow = 4_000;

    /// <summary>Programs close what they have cut, before or after the ellipsis.</summary>
    private const string Closing = " \t\"'`)]}>";

    private const int MostClosing = 2;

    /// <summary>A shorter text between two ellipses is too likely to be an ordinary word.</summary>
    private const int ShortestMiddle = 12;

    private readonly int _window = Math.Min(LongestWindow, values.Select(value => value.Length).DefaultIfEmpty().Max());

    private static readonly string[] Ellipses = ["...", "…"];

    private readonly Lazy<Dictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>>> _byBeginning = new(() => Group(values, value => value[..Redactor.ShortestValue]));
    private readonly Lazy<Dictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>>> _byEnd = new(() => Group(values, value => value[^Redactor.ShortestValue..]));

    /// <summary>The pieces in a text, in any order; they may overlap.</summary>
    public List<(int Begin, int End)> Find(string text)
    {
        List<(int, int)> found = [];
        if (values.Length == 0)
            return found;
        var last = -1;
        foreach (var (begin, end) in Cuts(text))
        {
            if (Head(text, begin) is { } head)
                found.Add(head);
            if (Tail(text, end) is { } tail)
                found.Add(tail);
            if (last >= 0 && begin - last is >= ShortestMiddle && begin - last <= _window && values.Any(value => value.AsSpan().IndexOf(text.AsSpan(last, begin - last), StringComparison.Ordinal) >= 0))
                found.Add((last, begin));
            last = end;
        }
        return found;
    }

    private static IEnumerable<(int Begin, int End)> Cuts(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var next = Ellipses.Select(each => (At: text.IndexOf(each, at, StringComparison.Ordinal), each.Length)).Where(each => each.At >= 0).DefaultIfEmpty((At: -1, Length: 0)).MinBy(each => each.At);
            if (next.At < 0)
                yield break;
            yield return (next.At, at = next.At + next.Length);
        }
    }

    /// <summary>The longest beginning of a value that ends where the text was cut, also with a space or a quote before the ellipsis.</summary>
    private (int, int)? Head(string text, int cut)
    {
        var ends = new List<int> { cut };
        while (ends.Count <= MostClosing && ends[^1] > 0 && Closing.Contains(text[ends[^1] - 1]))
            ends.Add(ends[^1] - 1);
        for (var start = Math.Max(0, cut - _window - MostClosing); start <= cut - Redactor.ShortestValue; start++)
        {
            if (!_byBeginning.Value.TryGetValue(text.AsSpan(start, Redactor.ShortestValue), out var those))
                continue;
            foreach (var end in ends)
            {
                if (end - start >= Redactor.ShortestValue && those.Any(value => value.AsSpan().StartsWith(text.AsSpan(start, end - start), StringComparison.Ordinal)))
                    return (start, end);
            }
        }
        return null;
    }

    private (int, int)? Tail(string text, int cut)
    {
        var begins = new List<int> { cut };
        while (begins.Count <= MostClosing && begins[^1] < text.Length && Closing.Contains(text[begins[^1]]))
            begins.Add(begins[^1] + 1);
        for (var end = Math.Min(text.Length, cut + _window + MostClosing); end >= cut + Redactor.ShortestValue; end--)
        {
            if (!_byEnd.Value.TryGetValue(text.AsSpan(end - Redactor.ShortestValue, Redactor.ShortestValue), out var those))
                continue;
            foreach (var begin in begins)
            {
                if (end - begin >= Redactor.ShortestValue && those.Any(value => value.AsSpan().EndsWith(text.AsSpan(begin, end - begin), StringComparison.Ordinal)))
                    return (begin, end);
            }
        }
        return null;
    }

    private static Dictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>> Group(string[] values, Func<string, string> key) =>
        values.GroupBy(key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
