using System.Text;
using System.Text.RegularExpressions;

namespace Kontrakt.Context.Ignoring;

/// <summary>
/// One line of an ignore file as Docker means it: '*' and '?' within a name, '**' across names, character classes, '\' before a character that is
/// literal. A leading '!' takes paths back in.
/// </summary>
/// <param name="Text">Cleaned, without '!' and leading '/'.</param>
/// <param name="TakesBackIn">The line began with '!'.</param>
internal sealed record IgnorePattern(string Text, bool TakesBackIn)
{
    private readonly Regex _expression = new($@"\A{Translate(Text)}\z", RegexOptions.CultureInvariant | RegexOptions.Singleline);

    /// <summary>Whether text before the first character with a meaning is all there is, so that only paths below it can match.</summary>
    public bool IsPlain => Text.AsSpan().IndexOfAny("*?[\\") < 0;

    /// <param name="path">With '/' between names, relative to the context folder.</param>
    public bool Matches(string path) => IsPlain ? path == Text : _expression.IsMatch(path);

    /// <summary>Whether something below the folder could match.</summary>
    public bool MayMatchBelow(string folder) => !IsPlain || Text.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <param name="line">A line that is neither empty nor a comment.</param>
    /// <exception cref="FormatException">What is wrong with it.</exception>
    public static IgnorePattern Parse(string line)
    {
        var text = line.Trim();
        var back = text.StartsWith('!');
        if (back)
            text = text[1..].Trim();
        if (text.Length == 0)
            throw new FormatException("'!' is alone");
        text = Clean(text);
        if (text.Length > 1 && text[0] == '/')
            text = text[1..];
        IgnoreSyntax.Check(text);
        return new(text, back);
    }

    /// <summary>Without '.', doubled and trailing '/', and with '..' applied to the name before it.</summary>
    private static string Clean(string text)
    {
        var names = new List<string>();
        foreach (var name in text.Split('/'))
        {
            if (name is "" or ".")
                continue;
            if (name == ".." && names.Count > 0 && names[^1] != "..")
                names.RemoveAt(names.Count - 1);
            else if (name != ".." || text[0] != '/')
                names.Add(name);
        }
        var path = string.Join('/', names);
        return text[0] == '/' ? "/" + path : path.Length == 0 ? "." : path;
    }

    private static string Translate(string text)
    {
        var expression = new StringBuilder();
        // '**name' alone is the end of any path, 'x**name' is not: whole names only. Docker's matcher has it so.
        var suffix = text.StartsWith("**", StringComparison.Ordinal) && text.AsSpan(2).IndexOfAny("*?[\\") < 0;
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '*' when at + 1 < text.Length && text[at + 1] == '*':
                    at++;
                    var slash = at + 1 < text.Length && text[at + 1] == '/';
                    if (slash)
                        at++;
                    expression.Append(at + 1 == text.Length || (suffix && !slash) ? ".*" : "(.*/)?");
                    break;
                case '*':
                    expression.Append("[^/]*");
                    break;
                case '?':
                    // A character beyond the basic plane is two of UTF-16 and one to the user.
                    expression.Append("(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^/])");
                    break;
                case '[':
                    at = AppendClass(expression, text, at);
                    break;
                case '\\':
                    expression.Append(Regex.Escape(text[++at].ToString()));
                    break;
                default:
                    expression.Append(Regex.Escape(text[at].ToString()));
                    break;
            }
        }
        return expression.ToString();
    }

    /// <summary>Returns the place of the closing bracket.</summary>
    private static int AppendClass(StringBuilder expression, string text, int at)
    {
        expression.Append('[');
        if (text[at + 1] == '^')
        {
            expression.Append('^');
            at++;
        }
        for (at++; text[at] != ']'; at++)
        {
            if (text[at] == '-')
            {
                expression.Append('-');
                continue;
            }
            if (text[at] == '\\')
                at++;
            expression.Append(text[at] is '\\' or ']' or '[' or '^' or '-' ? "\\" + text[at] : text[at].ToString());
        }
        expression.Append(']');
        return at;
    }
}
