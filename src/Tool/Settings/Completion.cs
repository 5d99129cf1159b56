using System.CommandLine;
using System.Globalization;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Settings;

/// <summary>A line that a shell wants completed: the suggestion directive of System.CommandLine, and what has been typed.</summary>
/// <param name="Position">Where the cursor is.</param>
internal sealed record Completion(string Line, int Position)
{
    private const string Directive = "[suggest";

    /// <summary>null where the arguments are a command.</summary>
    public static Completion? Of(IReadOnlyList<string> args)
    {
        if (args is not [var directive, var line, ..] || !directive.StartsWith(Directive, StringComparison.Ordinal) || !directive.EndsWith(']'))
            return null;
        var position = int.TryParse(directive[Directive.Length..^1].TrimStart(':'), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : line.Length;
        return new(line, Math.Min(position, line.Length));
    }

    /// <summary>Each once, though a verb's own option may have the name of a setting's. A list can be given again.</summary>
    /// <param name="root">With the options that are for completion.</param>
    public IReadOnlyList<string> Words(RootCommand root)
    {
        var typed = Line[..Position].Split(' ')[^1];
        IEnumerable<string> again = typed.StartsWith('-')
            ? Setting.All.Where(setting => setting.IsList && setting.Option.Length > 0).Select(setting => setting.Option.Split(' ')[0]).Where(name => name.StartsWith(typed, StringComparison.Ordinal)) : [];
        return [.. root.Parse(Line).GetCompletions(Position).Select(each => each.InsertText ?? each.Label).Concat(again).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
