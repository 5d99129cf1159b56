using System.Globalization;
using Kontrakt.Diagnostics;

namespace Kontrakt.Tool.Terminal;

/// <summary>Which kontrakts run now, for how long, and what each was last heard to do or to wait for. Not for concurrent use.</summary>
internal sealed class RunStatus(TimeProvider time)
{
    private readonly SortedDictionary<string, (long Began, string Last)> _running = new(StringComparer.Ordinal);

    public void Take(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case RunEvent.KontraktBegan began:
                _running[began.Kontrakt] = (time.GetTimestamp(), "");
                break;
            case RunEvent.KontraktProgress progress when _running.TryGetValue(progress.Kontrakt, out var known):
                _running[progress.Kontrakt] = known with { Last = progress.Text };
                break;
            case RunEvent.KontraktEnded ended:
                _running.Remove(ended.Kontrakt);
                break;
        }
    }

    /// <summary>A line for each, none longer than the terminal is wide; where it is not high enough, the last says how many more there are.</summary>
    public IReadOnlyList<string> Lines(int width, int height)
    {
        var room = Math.Max(1, height);
        var lines = _running.Take(_running.Count > room ? room - 1 : room).Select(each => Cut(Line(each.Key, each.Value.Began, each.Value.Last), width)).ToList();
        if (_running.Count > lines.Count)
            lines.Add(Cut(string.Create(CultureInfo.InvariantCulture, $"  and {_running.Count - lines.Count} more"), width));
        return lines;
    }

    private string Line(string kontrakt, long began, string last) =>
        string.Create(CultureInfo.InvariantCulture, $"  {kontrakt} {time.GetElapsedTime(began).TotalSeconds:0} s  {last.ReplaceLineEndings(" ")}");

    /// <summary>A terminal that wrapped a line would have one more to take back.</summary>
    private static string Cut(string line, int width)
    {
        var clean = string.Concat(line.Select(character => char.IsControl(character) ? ' ' : character));
        return clean.Length < width ? clean : string.Concat(clean.AsSpan(0, Math.Max(0, width - 4)), "...");
    }
}
