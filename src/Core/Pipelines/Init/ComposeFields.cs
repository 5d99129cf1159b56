using System.Text;
using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Pipelines.Init;

/// <summary>Reads the fields of one service; notes what it cannot take over.</summary>
internal sealed partial class ComposeFields(string file, YamlEntry service, List<Diagnostic> notes)
{
    /// <summary>The fields that are taken over.</summary>
    public static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "image", "build", "command", "entrypoint", "environment", "env_file", "ports", "expose", "volumes", "tmpfs", "healthcheck", "working_dir", "user", "deploy", "scale", "profiles",
    };

    /// <summary>The compose file's folder, which its paths are relative to.</summary>
    public string Directory { get; } = Path.GetDirectoryName(file) ?? ".";

    public void Note(YamlNode place, string what) => notes.Add(Ktr.ComposeLeftOut.At(new(file, place.Start.Line, place.Start.Column), $"service '{service.Name}'", what));

    /// <summary>A scalar, with what is in it for variables replaced; null where there is none.</summary>
    public string? Text(YamlNode node, params string[] path) => node.At([.. path]) is YamlScalar { Value.Length: > 0 } scalar ? Interpolated(scalar) : null;

    public static IReadOnlyList<YamlNode> Items(YamlMapping node, string name) => node.At(name) switch
    {
        YamlSequence list => list.Items,
        YamlScalar scalar when scalar.Value.Length > 0 => [scalar],
        _ => [],
    };

    /// <summary>A command: a list of words, or a text that is split into words as a shell does, without a shell.</summary>
    public IReadOnlyList<string> Words(YamlMapping node, string name) => node.At(name) switch
    {
        YamlSequence list => [.. list.Items.OfType<YamlScalar>().Select(Interpolated)],
        YamlScalar scalar => Split(Interpolated(scalar)),
        _ => [],
    };

    /// <summary>Names and values, as a mapping or as a list of NAME=VALUE.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs(YamlMapping node, string name)
    {
        foreach (var (key, value) in Entries(node.At(name)))
        {
            if (value is not null)
                yield return new(key.Value, Interpolated(value));
            else if (key.Value.IndexOf('=', StringComparison.Ordinal) is var sign and > 0)
                yield return new(key.Value[..sign], Interpolated(key with { Value = key.Value[(sign + 1)..] }));
            else
                Note(key, $"the variable '{key.Value}' has its value from the machine, and was left out");
        }
    }

    private static IEnumerable<(YamlScalar Key, YamlScalar? Value)> Entries(YamlNode? node) => node switch
    {
        YamlMapping map => map.Entries.Select(entry => (entry.Key, entry.Value is YamlScalar { Value: not ("" or "~" or "null") } or YamlScalar { Style: not YamlStyle.Plain } ? (YamlScalar?)entry.Value : null)),
        YamlSequence list => list.Items.OfType<YamlScalar>().Select(item => (item, (YamlScalar?)null)),
        _ => [],
    };

    /// <summary>${NAME:-default} becomes its default and $$ a single sign (Compose Specification, "Interpolation"); a variable without default stays, and is noted.</summary>
    private string Interpolated(YamlScalar scalar) => Variable().Replace(scalar.Value, match =>
    {
        if (match.Value == "$$")
            return "$";
        if (match.Groups["default"].Success)
            return match.Groups["default"].Value;
        Note(scalar, $"'{match.Value}' has its value from the machine; the manifest has it as it is");
        return match.Value;
    });

    private static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, inWord) = ('\0', false);
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            if (quote == '\0' && char.IsWhiteSpace(character))
            {
                if (inWord)
                    words.Add(word.ToString());
                word.Clear();
                inWord = false;
                continue;
            }
            inWord = true;
            if (character == '\\' && quote != '\'' && index + 1 < text.Length)
                word.Append(text[++index]);
            else if (quote == '\0' && character is '"' or '\'')
                quote = character;
            else if (character == quote)
                quote = '\0';
            else
                word.Append(character);
        }
        if (inWord)
            words.Add(word.ToString());
        return words;
    }

    [GeneratedRegex(@"\$\$|\$\{[A-Za-z_][A-Za-z0-9_]*(:?-(?<default>[^}]*))?[^}]*\}|\$[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Variable();
}
