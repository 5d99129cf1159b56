using System.Text;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>$(NAME) in command, args and env: Kubernetes' own syntax, with $$ for a $.</summary>
internal static class VariableExpansion
{
    /// <summary>Linux takes no longer text as one argument or variable (MAX_ARG_STRLEN of execve). A few lines of references to references can expand to gigabytes.</summary>
    private const int Limit = 128 * 1024;

    /// <summary>A reference to an unknown name, and a $ that begins none, stay as they are.</summary>
    /// <exception cref="ContainerConfigException">The result is longer than a program can get.</exception>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        if (!text.Contains('$'))
            return text;
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            if (text[at] != '$' || (next != '$' && next != '('))
            {
                result.Append(text[at]);
                continue;
            }
            var end = next == '(' ? text.IndexOf(')', at) : at + 1;
            if (next == '$' || end < 0)
            {
                // Of an escape one $ stays; what is never closed is not a reference.
                result.Append(next == '$' ? "$" : "$(");
                at++;
                continue;
            }
            var name = text[(at + 2)..end];
            result.Append(variables.TryGetValue(name, out var value) ? value : $"$({name})");
            if (result.Length > Limit)
                throw new ContainerConfigException($"a text with $({name}) expands to more than {Limit / 1024} KiB, which is more than Linux takes as one argument or variable (execve)");
            at = end;
        }
        return result.ToString();
    }
}
