namespace Kontrakt.Context.Ignoring;

/// <summary>What a pattern must be, by the grammar of Go's filepath.Match, which Docker's files follow.</summary>
internal static class IgnoreSyntax
{
    /// <exception cref="FormatException">What is wrong, for the end of a sentence.</exception>
    public static void Check(string pattern)
    {
        for (var at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] == '\\')
                at = Escaped(pattern, at);
            else if (pattern[at] == '[')
                at = Class(pattern, at);
        }
    }

    private static int Class(string pattern, int open)
    {
        var at = open + 1;
        if (at < pattern.Length && pattern[at] == '^')
            at++;
        for (var ranges = 0; ; ranges++)
        {
            if (at < pattern.Length && pattern[at] == ']' && ranges > 0)
                return at;
            var low = Member(pattern, ref at, open);
            if (at >= pattern.Length || pattern[at] != '-')
                continue;
            at++;
            if (Member(pattern, ref at, open) < low)
                throw new FormatException($"a range in '{pattern[open..at]}' ends before it begins");
        }
    }

    private static char Member(string pattern, ref int at, int open)
    {
        if (at >= pattern.Length)
            throw new FormatException($"'{pattern[open..]}' lacks its closing bracket");
        if (pattern[at] is '-' or ']')
            throw new FormatException($"'{pattern[at]}' has no meaning at its place in '{pattern[open..]}'; write '\\{pattern[at]}'");
        if (pattern[at] == '\\')
            at = Escaped(pattern, at);
        return pattern[at++];
    }

    private static int Escaped(string pattern, int at) =>
        at + 1 < pattern.Length ? at + 1 : throw new FormatException("a '\\' at the end has no character after it");
}
