using Kontrakt.Diagnostics;
using Kontrakt.Runs;
using Microsoft.Testing.Platform.Extensions.Messages;

namespace Kontrakt.Testing;

/// <summary>How a test ended, from the record of the run.</summary>
internal static class Verdicts
{
    public static TestNode Of(TestEntry entry, RunKontrakt kontrakt)
    {
        var test = entry.Test is null ? null : kontrakt.Tests.FirstOrDefault(each => each.Name == entry.Test);
        var state = entry.Name is null ? OfKontrakt(kontrakt) : entry.Test is null ? OfAssertion(entry, kontrakt) : OfTest(entry, test, kontrakt);
        List<IProperty> more = [];
        if (test is not null)
            more.Add(Timing(kontrakt.Ended is { } ended ? ended - TimeSpan.FromSeconds(test.Seconds) : DateTimeOffset.UtcNow, TimeSpan.FromSeconds(test.Seconds)));
        else if (entry.Name is null && kontrakt is { Began: { } began, Ended: { } end })
            more.Add(Timing(began, end - began));
        if (test?.Output is { Length: > 0 } output)
            more.Add(new StandardOutputProperty(output));
        return Nodes.Of(entry, state, [.. more]);
    }

    private static TestNodeStateProperty OfKontrakt(RunKontrakt kontrakt) => kontrakt.State switch
    {
        RunState.Passed => PassedTestNodeStateProperty.CachedInstance,
        RunState.Failed => Failed([.. kontrakt.Diagnostics.Select(diagnostic => Short(diagnostic, kontrakt))]),
        _ => new SkippedTestNodeStateProperty("no verdict: the run ended before"),
    };

    /// <summary>Of what a test below tells, its first line.</summary>
    private static RunDiagnostic Short(RunDiagnostic diagnostic, RunKontrakt kontrakt) => kontrakt.Tests.Any(test => !test.Passed && IsOf(diagnostic, test))
        ? diagnostic with { Message = diagnostic.Message.Split('\n')[0] }
        : diagnostic;

    /// <summary>Messages of tests begin with what they are about; further on they hold what a test wrote, which may name another one.</summary>
    private static bool IsOf(RunDiagnostic diagnostic, RunTest test) =>
        test.IsToldBy(diagnostic) || diagnostic.Message.StartsWith($"test '{test.Name}' ", StringComparison.Ordinal) || diagnostic.Message.StartsWith($"{test.Name} ", StringComparison.Ordinal);

    private static TestNodeStateProperty OfTest(TestEntry entry, RunTest? test, RunKontrakt kontrakt)
    {
        if (test is null)
            return NoVerdict(kontrakt);
        if (test.Passed)
            return PassedTestNodeStateProperty.CachedInstance;
        if (test.Stopped)
            return new SkippedTestNodeStateProperty(test.Message ?? "stopped");
        if (test.Containers.Count > 0 && entry.Container is { } container && !test.Containers.Contains(container, StringComparer.Ordinal))
            return new SkippedTestNodeStateProperty($"no verdict: container {string.Join(", ", test.Containers)} failed");
        List<RunDiagnostic> own = [.. kontrakt.Diagnostics.Where(diagnostic => IsOf(diagnostic, test))];
        return own.Count > 0 ? Failed(own) : new FailedTestNodeStateProperty(test.Message ?? "failed");
    }

    private static TestNodeStateProperty OfAssertion(TestEntry entry, RunKontrakt kontrakt)
    {
        List<RunDiagnostic> own = [.. kontrakt.Diagnostics.Where(diagnostic => diagnostic.File == entry.Location.File
            && diagnostic.Line >= entry.Location.Line && diagnostic.Line <= Math.Max(entry.Location.Line, entry.Location.EndLine))];
        if (own.Count > 0)
            return Failed(own);
        // They are looked at when everything else is ready, all tests have passed, and the cluster has all of their kinds.
        return kontrakt.State == RunState.Passed || (kontrakt is { State: RunState.Failed, Waited.Failures.Count: 0, Tests.Count: > 0 } && kontrakt.Tests.All(test => test.Passed) && !kontrakt.Diagnostics.Any(diagnostic => diagnostic.Is(Ktr.UnknownKind)))
            ? PassedTestNodeStateProperty.CachedInstance
            : NoVerdict(kontrakt);
    }

    private static TestNodeStateProperty NoVerdict(RunKontrakt kontrakt) => kontrakt.State == RunState.Passed
        ? PassedTestNodeStateProperty.CachedInstance
        : new SkippedTestNodeStateProperty("no verdict: the kontrakt failed, or the run ended, before");

    private static FailedTestNodeStateProperty Failed(List<RunDiagnostic> diagnostics) =>
        new(diagnostics.Count == 0 ? "the kontrakt failed" : string.Join('\n', diagnostics.Select(diagnostic => diagnostic.ToDiagnostic())));

    private static TimingProperty Timing(DateTimeOffset began, TimeSpan duration)
    {
        var length = duration > TimeSpan.Zero ? duration : TimeSpan.Zero;
        return new(new TimingInfo(began, began + length, length));
    }
}
