using System.Text;

namespace Kontrakt.Oci.Registry;

/// <summary>One challenge of a WWW-Authenticate header (RFC 9110, 11.6.1): a scheme and its parameters.</summary>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    public string? this[string name] => Parameters.GetValueOrDefault(name);
    public bool Is(string scheme) => Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>All challenges of all header lines; what cannot be read ends its line.</summary>
    public static IReadOnlyList<Challenge> Parse(IEnumerable<string> lines) => [.. lines.SelectMany(ParseLine)];

    /// <summary>A comma separates challenges and parameters alike: a word without '=' begins a challenge.</summary>
    private static List<Challenge> ParseLine(string line)
    {
        var challenges = new List<Challenge>();
        Dictionary<string, string>? parameters = null;
        for (var i = 0; i < line.Length;)
        {
            if (line[i] is ',' or ' ' or '\t')
            {
                i++;
                continue;
            }
            var word = Token(line, ref i);
            if (word.Length == 0)
                break;
            var next = i;
            SkipSpace(line, ref next);
            if (next < line.Length && line[next] == '=' && parameters is not null)
            {
                i = next + 1;
                SkipSpace(line, ref i);
                parameters[word] = i < line.Length && line[i] == '"' ? Quoted(line, ref i) : Token(line, ref i);
                continue;
            }
            parameters = new(StringComparer.OrdinalIgnoreCase);
            challenges.Add(new(word, parameters));
        }
        return challenges;
    }

    private static void SkipSpace(string line, ref int i)
    {
        while (i < line.Length && line[i] is (' ' or '\t'))
            i++;
    }

    private static string Token(string line, ref int i)
    {
        var start = i;
        while (i < line.Length && line[i] is not (',' or ' ' or '\t' or '=' or '"'))
            i++;
        return line[start..i];
    }

    private static string Quoted(string line, ref int i)
    {
        var text = new StringBuilder();
        for (i++; i < line.Length && line[i] != '"'; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
                i++;
            text.Append(line[i]);
        }
        i++;
        return text.ToString();
    }
}
