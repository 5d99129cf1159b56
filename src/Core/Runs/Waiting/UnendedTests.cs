namespace Kontrakt.Runs;

/// <param name="Ran">For how long.</param>
/// <param name="NotStarted">Why it was never started; null: it was.</param>
internal sealed record UnendedTest(KontraktTest Test, TimeSpan Ran, string? NotStarted);

/// <summary>
/// Tests that had not ended when a wait was over. One whose time was up, or whose own pod cannot run, has failed; one that ran while something else failed was
/// stopped, and has no verdict.
/// </summary>
internal static class UnendedTests
{
    /// <returns>By name.</returns>
    public static IReadOnlyDictionary<string, RunUnended> Of(IReadOnlyList<Described> failures, IEnumerable<UnendedTest> tests) =>
        tests.Select(test => Of(failures, test)).ToDictionary(test => test.Test, StringComparer.Ordinal);

    private static RunUnended Of(IReadOnlyList<Described> failures, UnendedTest unended)
    {
        var test = unended.Test;
        if (unended.NotStarted is { } never)
            return new(test.Name, 0, Stopped: true) { NotStarted = never };
        var own = failures.FirstOrDefault(each => each.Failure is Hopeless.Pod && ReferenceEquals(each.Failure.Manifest, test.Template.Manifest));
        var late = failures.Any(each => each.Failure is Hopeless.Late { Test: { } which } && which == test);
        return new(test.Name, unended.Ran.TotalSeconds, Stopped: own is null && !late) { CannotRun = own is null ? null : RunDiagnostic.From(own.Diagnostic) };
    }
}
