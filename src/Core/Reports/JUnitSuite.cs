using Kontrakt.Diagnostics;
using Kontrakt.Runs;

namespace Kontrakt.Reports;

internal enum JUnitOutcome { Passed, Failed, Error, Skipped }

/// <summary>One line of a JUnit report.</summary>
internal sealed record JUnitCase(string Name, JUnitOutcome Outcome, string Code, string Message)
{
    public double Seconds { get; init; }
    public string? Output { get; init; }
    public string? File { get; init; }
    public int Line { get; init; }
}

/// <summary>A kontrakt, or the run itself, as a JUnit suite.</summary>
internal sealed record JUnitSuite(string Name, IReadOnlyList<JUnitCase> Cases)
{
    public double Seconds { get; init; }
    public DateTimeOffset? Began { get; init; }
    public string? Namespace { get; init; }
    public RunCached? Cached { get; init; }

    /// <summary>Verdicts that something asserted does not hold; everything else is an error, in JUnit's words.</summary>
    private static readonly HashSet<string> Verdicts = [.. Ktr.OfTests.Select(kind => kind.Code), Ktr.AssertionFailed.Code, Ktr.ErrorAssertionFailed.Code];

    public static JUnitSuite Of(RunKontrakt kontrakt)
    {
        List<JUnitCase> cases = [.. kontrakt.Tests.OrderBy(test => test.Name, StringComparer.Ordinal).Select(test => Of(test, kontrakt.Cached))];
        cases.AddRange(kontrakt.Diagnostics.Where(diagnostic => !IsOfTest(diagnostic, kontrakt.Tests)).Order(ByPlace).Select(Of));
        if (cases.Count == 0 && kontrakt.Cached is { } cached)
            cases.Add(Of(new RunTest("kontrakt", true, 0, null, null, null, 0, 0), cached));
        if (cases.Count == 0 || (kontrakt.State == RunState.Failed && cases.TrueForAll(testCase => testCase.Outcome is JUnitOutcome.Passed or JUnitOutcome.Skipped)))
            cases.Add(Whole(kontrakt));
        return new(kontrakt.Name, cases)
        {
            Seconds = kontrakt is { Began: { } began, Ended: { } ended } ? (ended - began).TotalSeconds : kontrakt.Tests.Sum(test => test.Seconds),
            Began = kontrakt.Began,
            Namespace = kontrakt.Namespace?.Name,
            Cached = kontrakt.Cached,
        };
    }

    /// <summary>The suite of what belongs to no kontrakt.</summary>
    /// <param name="ended">Whether the run was at its end.</param>
    public static JUnitSuite Of(string name, IReadOnlyList<RunDiagnostic> diagnostics, bool ended)
    {
        List<JUnitCase> cases = [.. diagnostics.Order(ByPlace).Select(Of)];
        if (!ended)
            cases.Add(new("run", JUnitOutcome.Skipped, "", "incomplete: this was the state of the run when this was written; it continued, or was cut short"));
        else if (cases.Count == 0)
            cases.Add(new("run", JUnitOutcome.Skipped, "", "nothing ran"));
        return new(name, cases);
    }

    /// <summary>A test that did not run now says when it did; one that was stopped has neither passed nor failed.</summary>
    private static JUnitCase Of(RunTest test, RunCached? cached) => new(test.Name, test.Passed ? JUnitOutcome.Passed : test.Stopped ? JUnitOutcome.Skipped : JUnitOutcome.Failed,
        test.Stopped ? "" : test.Code ?? Ktr.TestFailed.Code, test.Message ?? "failed")
    {
        Seconds = test.Seconds,
        Output = cached is null ? test.Output : $"cached: it passed on {RunLine.Time(cached.Passed)}, in run {cached.Run}, and nothing that decides its verdict has changed since",
        File = test.File,
        Line = test.Line,
    };

    private static JUnitCase Of(RunDiagnostic diagnostic) =>
        new($"{diagnostic.Code}{Place(diagnostic)}", Verdicts.Contains(diagnostic.Code) ? JUnitOutcome.Failed : JUnitOutcome.Error, diagnostic.Code, diagnostic.Message)
        {
            File = diagnostic.File,
            Line = diagnostic.Line,
        };

    /// <summary>The kontrakt itself as a case, where no test and no failure speaks for it.</summary>
    private static JUnitCase Whole(RunKontrakt kontrakt) => kontrakt.State switch
    {
        RunState.Passed => new("kontrakt", JUnitOutcome.Passed, "", ""),
        RunState.Failed => new("kontrakt", JUnitOutcome.Error, "kontrakt", "the kontrakt failed; the build's log says why"),
        _ => new("kontrakt", JUnitOutcome.Skipped, "", $"no verdict: the run ended when the kontrakt was {kontrakt.State.ToString().ToLowerInvariant()}"),
    };

    /// <summary>Whether a failed test of the record already tells this.</summary>
    private static bool IsOfTest(RunDiagnostic diagnostic, IReadOnlyList<RunTest> tests) =>
        tests.Any(test => test.IsToldBy(diagnostic) || (!test.Passed && diagnostic.Is([.. Ktr.OfTests]) && diagnostic.Message.Contains($"'{test.Name}'", StringComparison.Ordinal)));

    private static string Place(RunDiagnostic diagnostic) =>
        diagnostic.File is not { Length: > 0 } file ? "" : diagnostic.Line > 0 ? $" {Path.GetFileName(file)}({diagnostic.Line},{diagnostic.Column})" : $" {Path.GetFileName(file)}";

    private static readonly Comparer<RunDiagnostic> ByPlace = Comparer<RunDiagnostic>.Create((left, right) =>
        FirstDifference(string.CompareOrdinal(left.File, right.File), left.Line.CompareTo(right.Line), left.Column.CompareTo(right.Column),
            string.CompareOrdinal(left.Code, right.Code), string.CompareOrdinal(left.Message, right.Message)));

    private static int FirstDifference(params ReadOnlySpan<int> comparisons)
    {
        foreach (var comparison in comparisons)
            if (comparison != 0)
                return comparison;
        return 0;
    }
}
