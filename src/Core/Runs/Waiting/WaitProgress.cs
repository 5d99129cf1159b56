using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;

namespace Kontrakt.Runs;

/// <summary>Says what a wait sees: a line when something changes, and after a silence what is still waited for.</summary>
internal sealed class WaitProgress(string kontrakt, IRunLog log, Redactor redactor, TimeProvider time)
{
    private static readonly TimeSpan FirstSilence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);
    private readonly Dictionary<string, string> _said = new(StringComparer.Ordinal);
    private DateTimeOffset _last = time.GetUtcNow();
    private TimeSpan _silence = FirstSilence;

    /// <summary>Each silence is twice as long as the one before: what does not change need not be reported often.</summary>
    public DateTimeOffset NextReminder => _last + _silence;

    public void Say(string what, string state)
    {
        if (_said.TryGetValue(what, out var said) && said == state)
            return;
        _said[what] = state;
        _silence = FirstSilence;
        Report($"{what}: {state}");
    }

    public void Ended(string test, TestOutcome outcome)
    {
        var duration = outcome is TestOutcome.Passed passed ? passed.Duration : outcome is TestOutcome.Failed failed ? failed.Duration : TimeSpan.Zero;
        log.Report(new RunEvent.TestEnded(kontrakt, test, outcome is TestOutcome.Passed, duration));
        _last = time.GetUtcNow();
    }

    public void NotEnded(RunUnended how)
    {
        var ran = TimeSpan.FromSeconds(how.Seconds);
        log.Report(how.Stopped ? new RunEvent.TestStopped(kontrakt, how.Test, ran) : new RunEvent.TestEnded(kontrakt, how.Test, Passed: false, ran));
    }

    public void Remind(Func<string> outstanding)
    {
        if (time.GetUtcNow() < NextReminder)
            return;
        Report($"still waiting for {outstanding()}");
        _silence = _silence < LongestSilence / 2 ? _silence * 2 : LongestSilence;
    }

    private void Report(string text)
    {
        _last = time.GetUtcNow();
        log.Report(new RunEvent.KontraktProgress(kontrakt, redactor.Redact(PlainText.Clean(text))));
    }
}
