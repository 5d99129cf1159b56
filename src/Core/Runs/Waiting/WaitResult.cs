using Kontrakt.Diagnostics;

namespace Kontrakt.Runs;

/// <param name="Failures">Empty when all is ready and all tests have ended (however they ended: that is for assert). Not reported yet: that is the caller's part.</param>
public sealed record WaitResult(IReadOnlyList<Diagnostic> Failures)
{
    /// <summary>How tests ended, by name, as it was seen when it happened: a Job that deletes itself leaves nothing else.</summary>
    internal IReadOnlyDictionary<string, TestOutcome> Ended { get; init; } = new Dictionary<string, TestOutcome>();

    /// <summary>Tests that still ran when the wait was over, by name.</summary>
    internal IReadOnlyDictionary<string, StillRunning> Unended { get; init; } = new Dictionary<string, StillRunning>();

    /// <summary>The targets of which a pod was seen to run, as kind/name.</summary>
    internal IReadOnlyList<string> Ran { get; init; } = [];
}

/// <summary>A test that still ran when the wait was over.</summary>
/// <param name="Ran">For how long it had.</param>
/// <param name="Stopped">Whether it was over since something else had failed, and not because the test's time was up: then it has no verdict.</param>
internal sealed record StillRunning(TimeSpan Ran, bool Stopped)
{
    /// <summary>Why it was never started; null: it was.</summary>
    public string? NotStarted { get; init; }
}
