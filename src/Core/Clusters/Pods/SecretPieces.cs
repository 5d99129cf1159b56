namespace Kontrakt.Clusters.Pods;

/// <summary>
/// What a cut has left of secret values: messages and logs shorten long texts and write an ellipsis, and what is beside it may be the beginning, the
/// end or a middle part of a value that is no longer found as a whole.
/// </summary>
/// <param name="values">The texts to find, each at least <see cref="Redactor.ShortestValue"/> long.</param>
internal sealed class SecretPieces(string[] values)
{
    /// <summary>No message shows more of a value that it shortens.</summary>
    private const int Window = 250;

    /// <summary>A shorter text between two ellipses is too likely to be an ordinary word.</summary>
    private const int ShortestMiddle = 12;

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
            if (last >= 0 && begin - last is >= ShortestMiddle and <= Window && values.Any(value => value.AsSpan().IndexOf(text.AsSpan(last, begin - last), StringComparison.Ordinal) >= 0))
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

    /// <summary>The longest beginning of a value that ends where the text was cut, whether or not a space is before the ellipsis.</summary>
    private (int, int)? Head(string text, int cut)
    {
        for (var start = Math.Max(0, cut - Window); start <= cut - Redactor.ShortestValue; start++)
        {
            if (!_byBeginning.Value.TryGetValue(text.AsSpan(start, Redactor.ShortestValue), out var those))
                continue;
            foreach (var end in text[cut - 1] == ' ' ? [cut - 1, cut] : new[] { cut })
            {
                if (end - start >= Redactor.ShortestValue && those.Any(value => value.AsSpan().StartsWith(text.AsSpan(start, end - start), StringComparison.Ordinal)))
                    return (start, end);
            }
        }
        return null;
    }

    private (int, int)? Tail(string text, int cut)
    {
        for (var end = Math.Min(text.Length, cut + Window); end >= cut + Redactor.ShortestValue; end--)
        {
            if (_byEnd.Value.TryGetValue(text.AsSpan(end - Redactor.ShortestValue, Redactor.ShortestValue), out var those)
                && those.Any(value => value.AsSpan().EndsWith(text.AsSpan(cut, end - cut), StringComparison.Ordinal)))
                return (cut, end);
        }
        return null;
    }

    private static Dictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>> Group(string[] values, Func<string, string> key) =>
        values.GroupBy(key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
