namespace Kontrakt.Diagnostics;

/// <summary>Something a person who watches a run wants to know. A closed set: match on it.</summary>
public abstract record RunEvent
{
    /// <summary>A step begins or ends, or a fact worth a line.</summary>
    public sealed record Progress(string Text) : RunEvent
    {
        /// <summary>Whether nothing goes on now: what comes next, comes from outside.</summary>
        public bool IsIdle { get; init; }
    }
    /// <summary>A detail for a verbose log.</summary>
    public sealed record Detail(string Text) : RunEvent;
    /// <summary>A line about one kontrakt; shown with its name in front.</summary>
    public sealed record KontraktProgress(string Kontrakt, string Text) : RunEvent;
    /// <summary>A line that a test has written just now, secrets redacted.</summary>
    /// <param name="Source">pod/NAME, and of several containers which one.</param>
    public sealed record LogLine(string Kontrakt, string Source, string Text) : RunEvent;
    public sealed record KontraktBegan(string Kontrakt) : RunEvent;
    public sealed record TestEnded(string Kontrakt, string Test, bool Passed, TimeSpan Duration) : RunEvent;
    /// <summary>A test that still ran when something else had failed, so that nobody knows how it would have ended.</summary>
    public sealed record TestStopped(string Kontrakt, string Test, TimeSpan Duration) : RunEvent;
    public sealed record KontraktEnded(string Kontrakt, bool Passed, TimeSpan Duration) : RunEvent
    {
        /// <summary>When an earlier run passed, whose verdict was kept; null: it ran.</summary>
        public DateTimeOffset? CachedFrom { get; init; }
    }
    /// <summary>An error or a warning, reported once, where it arises.</summary>
    public sealed record Reported(Diagnostic Diagnostic) : RunEvent;
}

/// <summary>Where run events go: a console, an MSBuild log, a list in a test. Safe for concurrent use.</summary>
public interface IRunLog
{
    void Report(RunEvent runEvent);
}
