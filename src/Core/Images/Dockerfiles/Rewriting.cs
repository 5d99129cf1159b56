using System.Text.RegularExpressions;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>
/// Says in other words what executors get wrong, line for line, so that lines in their errors stay right:
/// RUN &lt;&lt;EOF, of which a shell would replace the variables before the script that sets them runs, or which is not run at all when its name is quoted;
/// and variables in FROM, of which not every form is known to all.
/// </summary>
internal static partial class Rewriting
{
    /// <summary>Whether a here-document is all of a RUN.</summary>
    public static bool IsBareDocument(Instruction instruction) => instruction is { Keyword: "RUN", Documents.Count: 1 } && Document().IsMatch(instruction.Rest);

    /// <summary>The text that the executor gets, and the instructions as its log will show them; the same where nothing has to change.</summary>
    public static (string Text, IReadOnlyList<Instruction> Instructions) For(string text, IReadOnlyList<Instruction> instructions, BuildStages stages, Executor executor)
    {
        var lines = text.Split('\n');
        var logged = instructions.Select(instruction =>
        {
            if (Changed(instruction, stages, executor) is not { } changed)
                return instruction;
            var written = instruction.EndLine - instruction.Line + 1 - instruction.Documents.Sum(document => document.Body.Count + 1);
            // A here-document begins behind the last of them.
            for (var line = 0; line < written; line++)
                lines[instruction.Line - 1 + line] = line == written - 1 ? changed : "";
            return instruction with { Logged = Instruction.Squeeze(changed) };
        }).ToList();
        return (string.Join('\n', lines), logged);
    }

    private static string? Changed(Instruction instruction, BuildStages stages, Executor executor)
    {
        if (instruction.Keyword == "FROM" && instruction.Rest.Contains('$'))
            return string.Join(' ', stages.Stages[instruction.Stage] is { Name: { } name } named ? ["FROM", named.Image, "AS", name] : new[] { "FROM", stages.Stages[instruction.Stage].Image });
        if (!executor.RunsDocuments || !IsBareDocument(instruction))
            return null;
        var flags = string.Concat(instruction.Flags.Select(flag => $"--{flag.Name}={flag.Value} "));
        var document = instruction.Documents[0];
        return $"RUN {flags}{{ kontrakt=$(cat) || exit; eval \"$kontrakt\"; }} <<{(document.Strips ? "-" : "")}'{document.Name}'";
    }

    [GeneratedRegex(@"^<<-?[^<\s]+$")]
    private static partial Regex Document();
}
