using Kontrakt.Diagnostics;

namespace Kontrakt.Runs;

/// <param name="Failures">Everything to report: what wait found, failed tests, assertions that do not hold. Never empty where a test has not passed.</param>
public sealed record Verdict(IReadOnlyList<Diagnostic> Failures, IReadOnlyList<RunTest> Tests)
{
    public bool Passed => Failures.Count == 0 && Tests.All(test => test.Passed);
}
