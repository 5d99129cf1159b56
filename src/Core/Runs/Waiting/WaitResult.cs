using Kontrakt.Diagnostics;

namespace Kontrakt.Runs;

/// <param name="Failures">Empty when all is ready and all tests have ended (however they ended: that is for assert). Not reported yet: that is the caller's part.</param>
public sealed record WaitResult(IReadOnlyList<Diagnostic> Failures)
{
    /// <summary>How tests ended, by name, as it was seen when it happened: a Job that deletes itself leaves nothing else.</summary>
    internal IReadOnlyDictionary<string, TestOutcome> Ended { get; init; } = new Dictionary<string, TestOutcome>();
}
