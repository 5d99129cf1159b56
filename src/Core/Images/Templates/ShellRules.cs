using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Images.Templates;

/// <summary>What only a shell understands, in containers that run none.</summary>
internal static partial class ShellRules
{
    private static readonly string[] Operators = ["|", "||", "&&", ">", ">>", "<", "2>", "2>&1", "1>&2", "&>"];
    private static readonly string[] Shells = ["sh", "bash", "ash", "dash", "zsh", "ksh"];

    /// <summary>Whether the container's program is a shell with a script; with no command, whether its arguments are those of one.</summary>
    public static bool RunsShell(YamlMapping container)
    {
        var (command, arguments) = (Texts(container, "command"), Texts(container, "args"));
        return command is [var program, ..]
            ? Shells.Contains(program.Value.Split('/')[^1]) || (program.Value.Split('/')[^1] is "busybox" or "env" && command.Skip(1).Any(item => Shells.Contains(item.Value.Split('/')[^1])))
            : arguments is [var first, ..] && Script().IsMatch(first.Value);
    }

    /// <summary>Notes pipes and redirections that would be handed to a program as words.</summary>
    public static void Check(YamlMapping container, DocumentFields fields)
    {
        if (RunsShell(container))
            return;
        var words = Texts(container, "command").Concat(Texts(container, "args")).ToList();
        if (words.Find(word => Operators.Contains(word.Value)) is { } found)
            fields.Report(Ktr.ShellSyntaxWithoutShell.At(fields.Place(found), found.Value, Script(words.Where(word => word != words[0] || container.Find("command") is null))));
    }

    /// <summary>The script that was intended; where the program is the image's own, its name is not known.</summary>
    private static string Script(IEnumerable<YamlScalar> words) => string.Join(' ', words.Select(word => word.Value.Replace('\n', ' ')));

    private static List<YamlScalar> Texts(YamlMapping container, string key) => container.At(key) is YamlSequence list ? [.. list.Items.OfType<YamlScalar>()] : [];

    [GeneratedRegex(@"\A-[a-z]*c\z")]
    private static partial Regex Script();
}
