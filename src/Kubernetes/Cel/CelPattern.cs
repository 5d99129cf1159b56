using System.Text;
using System.Text.RegularExpressions;

namespace Kontrakt.Kubernetes.Cel;

/// <summary>
/// A pattern of RE2, CEL's syntax, read by .NET's engine that never goes back: its time grows with the text alone. Where the two read the same
/// characters differently, RE2's reading is written out; what .NET alone knows is refused.
/// </summary>
public sealed record CelPattern(Regex? Regex, string Problem)
{
    /// <summary>Characters of the longest pattern.</summary>
    private const int MaxLength = 1000;

    public static CelPattern Read(string pattern)
    {
        if (pattern.Length > MaxLength)
            return new(null, $"the pattern is longer than {MaxLength} characters");
        try
        {
            return Translate(pattern, out var problem) is { } translated
                ? new(new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), "")
                : new(null, problem);
        }
        catch (RegexParseException fault)
        {
            return new(null, $"the pattern is not valid: {Reason(fault)} (at its character {fault.Offset + 1})");
        }
        catch (NotSupportedException)
        {
            return new(null, "the pattern looks around or refers back, which RE2 does not know");
        }
    }

    private static string Reason(RegexParseException fault) => fault.Error switch
    {
        RegexParseError.UnterminatedBracket => "a '[' is not closed",
        RegexParseError.InsufficientClosingParentheses => "a '(' is not closed",
        RegexParseError.InsufficientOpeningParentheses => "a ')' closes nothing",
        RegexParseError.QuantifierAfterNothing => "there is nothing before a '*', '+' or '?'",
        RegexParseError.UnrecognizedEscape => "an escape is not known",
        var other => other.ToString(),
    };

    private static string? Translate(string pattern, out string problem)
    {
        var text = new StringBuilder();
        var inClass = false;
        var multiline = Regex.IsMatch(pattern, @"\(\?[a-zA-Z]*m", RegexOptions.NonBacktracking);
        problem = "";
        for (var at = 0; at < pattern.Length; at++)
        {
            var rest = pattern.AsSpan(at);
            if (inClass && (rest.StartsWith("[:") || rest.StartsWith("-[")))
                problem = "classes inside of classes, such as [[:alpha:]], are not supported; write [A-Za-z]";
            if (rest.StartsWith("(?<=") || rest.StartsWith("(?<!") || rest.StartsWith("(?=") || rest.StartsWith("(?!") || rest.StartsWith("(?>") || rest.StartsWith("(?'") || rest.StartsWith("(?#"))
                problem = "the pattern looks around or refers back, which RE2 does not know";
            if (rest[0] == '\\' && rest.Length > 1)
            {
                text.Append(Escape(rest[1], inClass, ref problem));
                at++;
            }
            else if (rest.StartsWith("(?P<") && !inClass)
            {
                text.Append("(?<");
                at += 3;
            }
            else
            {
                inClass = rest[0] == '[' || (inClass && (rest[0] != ']' || pattern[at - 1] == '[' || (pattern[at - 1] == '^' && pattern[at - 2] == '[')));
                text.Append(rest[0] == '$' && !inClass && !multiline ? @"\z" : rest[0]);
            }
        }
        return problem.Length == 0 ? text.ToString() : null;
    }

    /// <summary>RE2's digits, words and spaces are ASCII.</summary>
    private static string Escape(char letter, bool inClass, ref string problem)
    {
        if (letter is 'Z' or 'G' or 'k' or 'c' or 'e' || (inClass && letter is 'D' or 'W' or 'S'))
            problem = $"the pattern has '\\{letter}'{(inClass ? " inside of [ ]" : "")}, which is not supported";
        var set = char.ToLowerInvariant(letter) switch { 'd' => "0-9", 'w' => "0-9A-Za-z_", 's' => @"\t\n\f\r ", _ => null };
        if (set is null)
            return "\\" + letter;
        return inClass ? set : char.IsAsciiLetterUpper(letter) ? $"[^{set}]" : $"[{set}]";
    }
}
