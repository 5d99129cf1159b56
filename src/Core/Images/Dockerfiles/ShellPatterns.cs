using System.Text;
using System.Text.RegularExpressions;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>The patterns of ${NAME#pattern} and its kin: * and ?, and a backslash before what means itself.</summary>
internal static class ShellPatterns
{
    /// <summary>Without the part at one end that the pattern is.</summary>
    public static string Trim(string value, string pattern, bool fromStart, bool longest)
    {
        // Of all cuts the first that matches whole, from the short or the long side.
        var whole = new Regex($"^(?:{Expression(pattern)})$", RegexOptions.Singleline | RegexOptions.CultureInvariant);
        var lengths = Enumerable.Range(0, value.Length + 1);
        foreach (var length in longest ? lengths.Reverse() : lengths)
        {
            if (whole.IsMatch(fromStart ? value[..length] : value[^length..]))
                return fromStart ? value[length..] : value[..^length];
        }
        return value;
    }

    /// <summary>With another text in place of the first match, or of all.</summary>
    public static string Replace(string value, string pattern, string with, bool all)
    {
        var expression = new Regex(Expression(pattern), RegexOptions.Singleline | RegexOptions.CultureInvariant);
        return pattern.Length == 0 ? value : expression.Replace(value, _ => with, all ? -1 : 1);
    }

    private static string Expression(string pattern)
    {
        var expression = new StringBuilder();
        for (var index = 0; index < pattern.Length; index++)
        {
            expression.Append(pattern[index] switch
            {
                '*' => ".*",
                '?' => ".",
                '\\' when index + 1 < pattern.Length => Regex.Escape(pattern[++index].ToString()),
                var character => Regex.Escape(character.ToString()),
            });
        }
        return expression.ToString();
    }
}
