using System.Globalization;
using Kontrakt.Diagnostics;

namespace Kontrakt.Tool.Terminal;

/// <summary>Passes events on, and reports after a silence what still runs: the last thing that was reported, and for how long.</summary>
internal sealed class SilenceLog : IRunLog, IDisposable
{
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly IRunLog _inner;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private RunEvent.Progress? _last;
    private long _since;

    public SilenceLog(IRunLog inner, TimeProvider time)
    {
        (_inner, _time, _since) = (inner, time, time.GetTimestamp());
        _timer = time.CreateTimer(_ => Remind(), null, Silence, Silence);
    }

    public void Report(RunEvent runEvent)
    {
        lock (_gate)
        {
            // A detail may not be shown; whatever else comes, speaks for itself.
            if (runEvent is not RunEvent.Detail)
                (_last, _since) = (runEvent is RunEvent.Progress { IsIdle: false } progress ? progress : null, _time.GetTimestamp());
            _timer.Change(Silence, Silence);
        }
        _inner.Report(runEvent);
    }

    public void Dispose() => _timer.Dispose();

    private void Remind()
    {
        RunEvent.Progress? last;
        TimeSpan silent;
        lock (_gate)
            (last, silent) = (_last, _time.GetElapsedTime(_since));
        if (last is not null && silent >= Silence)
            _inner.Report(new RunEvent.Progress(string.Create(CultureInfo.InvariantCulture, $"still: {last.Text} ({silent.TotalSeconds:0} s)")));
    }
}
