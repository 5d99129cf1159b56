using System.Text;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>
/// Words of a Dockerfile (docs.docker.com, "Dockerfile reference", "Environment replacement"): quotes, escapes, $NAME and ${NAME} in all forms that
/// BuildKit has: :- - :+ + :? ? # ## % %% / //.
/// </summary>
internal static class ShellWords
{
    /// <summary>Words as they are written, quotes included; spaces within quotes do not end a word. Null where a quote does not end.</summary>
    public static IReadOnlyList<string>? Split(string text, char escape = '\\')
    {
        var (words, word) = (new List<string>(), new StringBuilder());
        var quote = '\0';
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            if (quote == '\0' && char.IsWhiteSpace(character))
            {
                End();
                continue;
            }
            word.Append(character);
            if (character == escape && quote != '\'' && index + 1 < text.Length)
                word.Append(text[++index]);
            else if (quote == '\0' && character is '"' or '\'')
                quote = character;
            else if (character == quote)
                quote = '\0';
        }
        End();
        return quote == '\0' ? words : null;

        void End()
        {
            if (word.Length > 0)
                words.Add(word.ToString());
            word.Clear();
        }
    }

    /// <summary>A word with its variables replaced and its quotes gone.</summary>
    /// <param name="value">What a variable is; null for one that is not set.</param>
    /// <exception cref="FormatException">A wrong form, or ${NAME:?why} of a variable that is not set: what it says.</exception>
    public static string Expand(string word, Func<string, string?> value, char escape = '\\')
    {
        var position = 0;
        return new Expansion(word, value, escape).Until(ref position, '\0');
    }

    private sealed class Expansion(string text, Func<string, string?> value, char escape)
    {
        /// <summary>Everything up to a character outside of quotes, which is then passed; '\0': to the end.</summary>
        public string Until(ref int position, char end)
        {
            var result = new StringBuilder();
            for (var quoted = false; ; position++)
            {
                if (position >= text.Length)
                    return end == '\0' && !quoted ? result.ToString() : throw new FormatException(quoted ? "a quote does not end" : $"'{end}' is missing");
                var character = text[position];
                if (character == end && !quoted)
                {
                    position++;
                    return result.ToString();
                }
                if (character == escape && position + 1 < text.Length)
                    // Within quotes it escapes only what means something there.
                    result.Append(quoted && text[position + 1] is not ('"' or '$') && text[position + 1] != escape ? $"{escape}{text[++position]}" : text[++position].ToString());
                else if (character == '\'' && !quoted)
                    result.Append(Literal(ref position));
                else if (character == '"')
                    quoted = !quoted;
                else if (character == '$')
                    result.Append(Variable(ref position));
                else
                    result.Append(character);
            }
        }

        private string Literal(ref int position)
        {
            var end = text.IndexOf('\'', position + 1);
            var literal = end < 0 ? throw new FormatException("a quote does not end") : text[(position + 1)..end];
            position = end;
            return literal;
        }

        /// <summary>Leaves the position at the variable's last character.</summary>
        private string Variable(ref int position)
        {
            var braces = position + 1 < text.Length && text[position + 1] == '{';
            var start = position + (braces ? 2 : 1);
            var next = start;
            while (next < text.Length && (char.IsAsciiLetterOrDigit(text[next]) || text[next] == '_'))
                next++;
            var name = text[start..next];
            if (!braces)
            {
                position = next - 1;
                return name.Length == 0 ? "$" : value(name) ?? "";
            }
            if (name.Length == 0 || next >= text.Length)
                throw new FormatException($"'{text}' has a '${{' that is not a variable");
            position = next + 1;
            var result = text[next] == '}' ? value(name) ?? "" : Modified(name, text[next], ref position);
            position--;
            return result;
        }

        private string Modified(string name, char form, ref int position)
        {
            var found = value(name);
            bool Twice(ref int place, char second) => place < text.Length && text[place] == second && ++place > 0;
            switch (form)
            {
                case ':' when position < text.Length && text[position] is '-' or '+' or '?':
                    return Chosen(name, string.IsNullOrEmpty(found) ? null : found, found, text[position++], Until(ref position, '}'));
                case '-' or '+' or '?':
                    return Chosen(name, found, found, form, Until(ref position, '}'));
                case '#' or '%':
                    var longest = Twice(ref position, form);
                    return ShellPatterns.Trim(found ?? "", Pattern(ref position, '}'), fromStart: form == '#', longest);
                case '/':
                    var all = Twice(ref position, '/');
                    var pattern = Pattern(ref position, '/');
                    return ShellPatterns.Replace(found ?? "", pattern, Until(ref position, '}'), all);
                default:
                    throw new FormatException($"'{text}' has '${{{name}{form}', which is not a form of a variable");
            }
        }

        /// <summary>A pattern keeps its escapes: what is escaped means itself.</summary>
        private string Pattern(ref int position, char end)
        {
            var pattern = new StringBuilder();
            for (; position < text.Length && text[position] != end; position++)
            {
                if (text[position] == '$')
                    pattern.Append(Variable(ref position));
                else if (text[position] == escape && position + 1 < text.Length)
                    pattern.Append('\\').Append(text[++position]);
                else
                    pattern.Append(text[position]);
            }
            return position++ < text.Length ? pattern.ToString() : throw new FormatException($"'{end}' is missing");
        }

        private static string Chosen(string name, string? counts, string? found, char form, string word) => form switch
        {
            '-' => counts is null ? word : found ?? "",
            '+' => counts is null ? "" : word,
            _ => counts is null ? throw new FormatException($"{name}: {(word.Length == 0 ? "is not allowed to be unset" : word)}") : found ?? "",
        };
    }
}
