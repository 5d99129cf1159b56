using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Kontrakt.Tool.Terminal;
using Spectre.Console;

namespace Tool.Tests;

/// <summary>What a terminal shows of kontrakts while they run, and what is said in a silence.</summary>
[TestClass]
public sealed class RunningKontrakts
{
    private readonly ManualClock _clock = new();

    [TestMethod, Timeout(60_000)]
    public void AreShownWithTheirTimeAndWhatTheyWaitFor()
    {
        var status = new RunStatus(_clock);
        status.Take(new RunEvent.KontraktBegan("web"));
        status.Take(new RunEvent.KontraktProgress("web", "deployment/web: 0 of 1\npods"));
        _clock.Advance(TimeSpan.FromSeconds(12));

        Assert.AreSequenceEqual(["  web 12 s  deployment/web: 0 of 1 pods"], status.Lines(80, 10));
    }

    [TestMethod, Timeout(60_000)]
    public void AreShownUntilTheyEnd()
    {
        var status = new RunStatus(_clock);
        status.Take(new RunEvent.KontraktBegan("web"));
        status.Take(new RunEvent.KontraktEnded("web", true, TimeSpan.Zero));
        status.Take(new RunEvent.KontraktProgress("web", "deleted the namespace"));

        Assert.IsEmpty(status.Lines(80, 10));
    }

    [TestMethod, Timeout(60_000)]
    public void NeverTakeMoreThanThereIs()
    {
        var status = new RunStatus(_clock);
        for (var number = 0; number < 60; number++)
            status.Take(new RunEvent.KontraktBegan($"kontrakt-{number:D2}"));
        status.Take(new RunEvent.KontraktProgress("kontrakt-00", new string('x', 500) + "\u001b[31m"));

        var lines = status.Lines(40, 5);

        Assert.HasCount(5, lines);
        Assert.IsTrue(lines.All(line => line.Length < 40 && !line.Any(char.IsControl)), string.Join('\n', lines));
        Assert.AreEqual("  and 56 more", lines[^1]);
    }

    [TestMethod, Timeout(60_000)]
    public void AreDrawnBelowTheLinesAndTakenBackForTheNext()
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        using (var log = new LiveRunLog(console, new ConsoleRunLog(text, verbose: false), () => (80, 24), _clock))
        {
            log.Report(new RunEvent.KontraktBegan("web"));
            log.Report(new RunEvent.TestEnded("web", "pod/smoke", true, TimeSpan.FromSeconds(1)));
            log.Report(new RunEvent.KontraktEnded("web", true, TimeSpan.FromSeconds(2)));
        }

        Assert.AreEqual("web: begins\n  web 0 s  \n\u001b[1A\u001b[Jweb: pod/smoke passed (1.0 s)\n  web 0 s  \n\u001b[1A\u001b[Jweb: passed (2.0 s)\n", text.ToString());
    }

    [TestMethod, Timeout(60_000)]
    public void AreTakenBackAtTheEnd()
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        using (var log = new LiveRunLog(console, new ConsoleRunLog(text, verbose: false), () => (80, 24), _clock))
            log.Report(new RunEvent.KontraktBegan("web"));

        Assert.EndsWith("\u001b[1A\u001b[J", text.ToString());
    }

    [TestMethod, Timeout(60_000)]
    public void WhatGoesOnIsSaidInASilence()
    {
        using var text = new StringWriter { NewLine = "\n" };
        using var log = new SilenceLog(new ConsoleRunLog(text, verbose: false), _clock);
        log.Report(new RunEvent.Progress("building images: api"));
        log.Report(new RunEvent.Detail("not shown"));

        _clock.Advance(SilenceLog.Silence);
        _clock.Fire();
        log.Report(new RunEvent.KontraktBegan("web"));
        _clock.Advance(SilenceLog.Silence);
        _clock.Fire();

        Assert.AreEqual("building images: api\nstill: building images: api (20 s)\nweb: begins\n", text.ToString());
    }

    /// <summary>Stands still, and its timers fire when they are told to.</summary>
    private sealed class ManualClock : TimeProvider
    {
        private readonly List<Action> _timers = [];
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(() => callback(state));
            return new Timer();
        }

        public void Advance(TimeSpan time) => _now += time.Ticks;

        public void Fire() => _timers.ForEach(timer => timer());

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
