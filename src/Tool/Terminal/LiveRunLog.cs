using Kontrakt.Diagnostics;
using Spectre.Console;

namespace Kontrakt.Tool.Terminal;

/// <summary>Lines on a terminal, and below the last one what runs now: taken back before each line, and drawn again each second.</summary>
internal sealed class LiveRunLog : IRunLog, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console;
    private readonly IRunLog _lines;
    private readonly RunStatus _status;
    private readonly Func<(int Width, int Height)> _size;
    private readonly ITimer _timer;
    private int _drawn;

    /// <param name="lines">Where the lines go: the same terminal.</param>
    /// <param name="size">The terminal's, asked each time.</param>
    public LiveRunLog(IAnsiConsole console, IRunLog lines, Func<(int Width, int Height)> size, TimeProvider time)
    {
        (_console, _lines, _size, _status) = (console, lines, size, new(time));
        _timer = time.CreateTimer(_ => Draw(null), null, Pace, Pace);
    }

    public void Report(RunEvent runEvent) => Draw(runEvent);

    /// <summary>Leaves lines alone: what was drawn is taken back.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
            TakeBack();
    }

    private void Draw(RunEvent? runEvent)
    {
        lock (_gate)
        {
            TakeBack();
            if (runEvent is not null)
            {
                _lines.Report(runEvent);
                _status.Take(runEvent);
            }
            var (width, height) = _size();
            // Half of the terminal stays for lines.
            foreach (var line in _status.Lines(width, height / 2))
            {
                _console.MarkupLine($"[grey]{Markup.Escape(line)}[/]");
                _drawn++;
            }
        }
    }

    /// <summary>Up as many lines as were drawn, and all from there on away (ECMA-48: CUU, ED).</summary>
    private void TakeBack()
    {
        if (_drawn > 0)
            _console.Write(new ControlCode(FormattableString.Invariant($"\u001b[{_drawn}A\u001b[J")));
        _drawn = 0;
    }
}
