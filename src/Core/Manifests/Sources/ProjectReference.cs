namespace Kontrakt.Manifests.Sources;

/// <summary>$(…), @(…) and %(…) in texts of projects.</summary>
internal static class ProjectReference
{
    /// <summary>Where the next one starts, and where its parenthesis closes; twice the text's length: there is none.</summary>
    public static (int Start, int End) Next(string text, int from)
    {
        for (var at = from; at + 1 < text.Length; at++)
            if (text[at] is '$' or '@' or '%' && text[at + 1] == '(' && Close(text, at + 1) is var end and >= 0)
                return (at, end);
        return (text.Length, text.Length);
    }

    /// <summary>What is in quotes.</summary>
    public static IEnumerable<string> Quoted(string text)
    {
        for (var start = text.IndexOf('\''); start >= 0; start = text.IndexOf('\'', start + 1))
        {
            var end = text.IndexOf('\'', start + 1);
            if (end < 0)
                yield break;
            yield return text[(start + 1)..end];
            start = end;
            if (start + 1 >= text.Length)
                yield break;
        }
    }

    /// <summary>The arguments of a function, without their quotes.</summary>
    public static IEnumerable<string> Arguments(string text)
    {
        var (start, depth) = (0, 0);
        for (var at = 0; at < text.Length; at++)
            if (text[at] == ',' && depth == 0)
            {
                yield return Bare(text[start..at]);
                start = at + 1;
            }
            else
            {
                depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
                if (text[at] is '\'' or '"' or '`' && text.IndexOf(text[at], at + 1) is var end and > 0)
                    at = end;
            }
        yield return Bare(text[start..]);
    }

    private static string Bare(string argument)
    {
        var text = argument.Trim();
        return text.Length >= 2 && text[0] is '\'' or '"' or '`' && text[^1] == text[0] ? text[1..^1] : text;
    }

    /// <summary>Parentheses in quotes do not count, except those that a property in them has.</summary>
    private static int Close(string text, int open)
    {
        var depth = 0;
        for (var at = open; at < text.Length; at++)
        {
            depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
            if (depth == 0)
                return at;
        }
        return -1;
    }
}
