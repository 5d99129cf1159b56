using System.Globalization;
using System.Text.RegularExpressions;

namespace Broken.Tests;

/// <summary>An error as a log holds it, in canonical MSBuild form.</summary>
internal sealed partial record FoundDiagnostic(string File, int Line, int Column, string Code, string Message)
{
    /// <summary>All errors of a text; a message reaches to the next one. MSBuild writes the place before each line of a message: those are put together.</summary>
    public static IReadOnlyList<FoundDiagnostic> All(string text)
    {
        var matches = Canonical().Matches(text);
        var found = new List<FoundDiagnostic>();
        for (var index = 0; index < matches.Count; index++)
        {
            var (groups, end) = (matches[index].Groups, index + 1 < matches.Count ? matches[index + 1].Index : text.Length);
            var next = new FoundDiagnostic(groups["file"].Value, Number(groups["line"]), Number(groups["column"]), groups["code"].Value, text[groups["message"].Index..end]);
            if (next.Message.StartsWith(' ') && found.LastOrDefault() is { } last && last with { Message = next.Message } == next)
                found[^1] = last with { Message = last.Message + next.Message };
            else
                found.Add(next);
        }
        return found;
    }

    private static int Number(Group group) => group.Success ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^ *(?<file>[^\s(][^(\r\n]*?)(\((?<line>\d+),(?<column>\d+)(,\d+,\d+)?\))?\s?: (kontrakt )?error (?<code>[A-Z]+\d+): (?<message>)", RegexOptions.Multiline)]
    private static partial Regex Canonical();
}
