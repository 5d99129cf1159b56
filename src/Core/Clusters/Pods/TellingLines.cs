using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;

namespace Kontrakt.Clusters.Pods;

/// <summary>
/// The lines of a log that an error shows: the last ones, and before them the first and the last that report an error, where they are earlier. A stack of
/// calls is often longer than what is shown, and what it is about is above it.
/// </summary>
/// <param name="most">How many of the last lines.</param>
internal sealed partial class TellingLines(int most)
{
    /// <summary>So many of the first, and of the last errors.</summary>
    private const int MostErrors = 2;

    private readonly Queue<(long Number, string Line)> _end = new();
    private readonly List<(long Number, string Line)> _first = [];
    private readonly Queue<(long Number, string Line)> _last = new();
    private long _count;

    public void Add(string line)
    {
        _end.Enqueue((_count++, line));
        if (_end.Count <= most)
            return;
        var (number, gone) = _end.Dequeue();
        if (!Error().IsMatch(gone) || Frame().IsMatch(gone))
            return;
        if (_first.Count < MostErrors)
        {
            _first.Add((number, gone));
            return;
        }
        _last.Enqueue((number, gone));
        if (_last.Count > MostErrors)
            _last.Dequeue();
    }

    /// <summary>In the order of the log; where lines are left out between two of them, one that says how many.</summary>
    public IReadOnlyList<string> ToLines()
    {
        if (most == 0)
            return [];
        var (lines, next) = (new List<string>(), -1L);
        foreach (var (number, line) in _first.Concat(_last).Concat(_end))
        {
            if (next >= 0 && number > next)
                lines.Add(LeftOut(number - next));
            lines.Add(line);
            next = number + 1;
        }
        return lines;
    }

    /// <summary>A line in place of those that are not shown.</summary>
    public static string LeftOut(long lines) => $"[kontrakt: {CountText.Format(lines, "line")} left out here]";

    [GeneratedRegex(@"error|exception|fail|fatal|panic|refused|denied|timed out|unreachable|traceback|\bassert|expected|not found|no such|cannot|unable", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Error();

    /// <summary>Of .NET, Java and JavaScript ("   at …"), Python (File "…"), Go (…/file.go:12 +0x1d).</summary>
    [GeneratedRegex(@"^\s+(at |File ""|in |---|\.\.\. )|^\s+\S+\.go:\d+|^\s*---> ?$", RegexOptions.CultureInvariant)]
    private static partial Regex Frame();
}
