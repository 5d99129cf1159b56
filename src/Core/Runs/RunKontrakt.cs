using Kontrakt.Clusters;
using Kontrakt.Diagnostics;

namespace Kontrakt.Runs;

public enum RunState { Discovered, Resolved, Applied, Waited, Passed, Failed }

public sealed record RunKontrakt
{
    public required string Name { get; init; }
    public required string Directory { get; init; }
    /// <summary>What the objects are rendered from; null: they are not.</summary>
    public string? RenderedFrom { get; init; }
    /// <summary>The manifests, by full path, as they are rendered; and the assertions.</summary>
    public required IReadOnlyList<RunFile> Files { get; init; }
    public RunState State { get; init; }
    /// <summary>It is applied before the kontrakts, and is not one.</summary>
    public bool IsPrerequisite { get; init; }
    /// <summary>Of a prerequisite: the one kontrakt that needs it; null: all do.</summary>
    public string? Of { get; init; }
    /// <summary>The earlier verdict that was kept, so that nothing ran; null: it ran.</summary>
    public RunCached? Cached { get; init; }
    /// <summary>Why its verdict is not kept for later runs; null: it is, once it has passed.</summary>
    public string? NotKept { get; init; }
    public RunNamespace? Namespace { get; init; }
    public DateTimeOffset? Began { get; init; }
    public DateTimeOffset? Ended { get; init; }
    /// <summary>What wait found, for an assert in a later process; null before.</summary>
    public RunWait? Waited { get; init; }
    /// <summary>Why the kontrakt failed: what the last step that judged it reported.</summary>
    public IReadOnlyList<RunDiagnostic> Diagnostics { get => field ?? []; init; }
    public IReadOnlyList<RunTest> Tests { get => field ?? []; init; }
    /// <summary>References by digest of the target images that were pushed.</summary>
    public IReadOnlyList<string> Pushed { get => field ?? []; init; }
    /// <summary>Its steps, in the order they ended.</summary>
    public IReadOnlyList<RunSpan> Steps { get => field ?? []; init; }

    /// <summary>Where its lease is, of a record of this run; null where there is none.</summary>
    internal LeasePlace? LeaseIn(string runId) => Namespace is { } ns ? new(Name, ns.Run ?? runId, ns.Name, ns.ServiceAccount, ns.Created) : null;
}

/// <summary>A verdict that was taken over.</summary>
/// <param name="Run">The run that passed.</param>
/// <param name="Passed">When it did.</param>
/// <param name="Key">The entry's name.</param>
public sealed record RunCached(string Run, DateTimeOffset Passed, string Key);

/// <param name="Resolved">The resolved copy; null before resolve.</param>
public sealed record RunFile(string Source, string? Resolved);

/// <param name="Created">Whether this run made it, and so deletes it.</param>
public sealed record RunNamespace(string Name, bool Created, string ServiceAccount, bool Deleted)
{
    /// <summary>The id of the run that made it, where this one took it over; null: this one.</summary>
    public string? Run { get; init; }
}

public sealed record RunDiagnostic(string Code, string Message, string? File, int Line, int Column)
{
    public static RunDiagnostic From(Diagnostic diagnostic) =>
        new(diagnostic.Code, diagnostic.Message, diagnostic.Location?.File, diagnostic.Location?.Line ?? 0, diagnostic.Location?.Column ?? 0);

    /// <summary>Whether it is of one of these kinds.</summary>
    public bool Is(params ReadOnlySpan<DiagnosticKind> kinds) => DiagnosticKind.IsOneOf(Code, kinds);

    public Diagnostic ToDiagnostic() => new(new(Code, Message), File is null ? null : new(File, Line, Column), Message);
}

/// <param name="Failures">Why wait found the kontrakt failed already; assert reports these with its own.</param>
/// <param name="Ended">How tests ended that have: a Job may delete itself, or be deleted, before assert looks.</param>
public sealed record RunWait(IReadOnlyList<RunDiagnostic> Failures, IReadOnlyList<RunOutcome> Ended)
{
    /// <summary>The tests that still ran when the wait was over.</summary>
    public IReadOnlyList<RunUnended> Unended { get => field ?? []; init; }
    /// <summary>The targets of which a pod was seen to run.</summary>
    public IReadOnlyList<string> Ran { get => field ?? []; init; }

    internal static RunWait From(WaitResult waited) =>
        new([.. waited.Failures.Select(RunDiagnostic.From)], [.. waited.Ended.Select(each => RunOutcome.From(each.Key, each.Value)).OfType<RunOutcome>()])
        {
            Unended = [.. waited.Unended.Values],
            Ran = waited.Ran,
        };

    internal WaitResult ToResult() => new([.. Failures.Select(each => each.ToDiagnostic())])
    {
        Ended = Ended.ToDictionary(each => each.Test, each => each.ToOutcome(), StringComparer.Ordinal),
        Unended = Unended.ToDictionary(each => each.Test, StringComparer.Ordinal),
        Ran = Ran,
    };
}

/// <summary>A test that still ran when the wait was over.</summary>
/// <param name="Seconds">For how long it had.</param>
/// <param name="Stopped">Whether it was over since something else had failed, and not because the test's time was up: then it has no verdict.</param>
public sealed record RunUnended(string Test, double Seconds, bool Stopped)
{
    /// <summary>Why it was never started; null: it was.</summary>
    public string? NotStarted { get; init; }
    /// <summary>Why its own pod cannot run, which makes it a failed one; null: it ran, or waited for something else.</summary>
    public RunDiagnostic? CannotRun { get; init; }
}

/// <param name="Message">Why it failed, secrets redacted; null: it passed.</param>
/// <param name="Pod">The pod that failed; null where there is none.</param>
public sealed record RunOutcome(string Test, double Seconds, string? Message, string? Pod, IReadOnlyList<string> Containers)
{
    /// <summary>The code of the failure; null: that of a test that failed.</summary>
    public string? Code { get; init; }
    /// <summary>The last log lines of each of the containers, as they were read when it ended; null for one that could not be read.</summary>
    public IReadOnlyList<IReadOnlyList<string>?> Logs { get => field ?? []; init; }

    internal static RunOutcome? From(string test, TestOutcome outcome) => outcome switch
    {
        TestOutcome.Passed passed => new(test, passed.Duration.TotalSeconds, null, null, []),
        TestOutcome.Failed failed => new(test, failed.Duration.TotalSeconds, failed.Message, failed.Pod, failed.Containers) { Code = failed.Reason == Ktr.TestFailed ? null : failed.Reason.Code, Logs = failed.Logs },
        _ => null,
    };

    internal TestOutcome ToOutcome()
    {
        var duration = TimeSpan.FromSeconds(Seconds);
        return Message is null ? new TestOutcome.Passed(duration) : new TestOutcome.Failed(duration, Message, Pod ?? "", Containers)
        {
            Reason = Ktr.OfTests.FirstOrDefault(kind => kind.Code == Code) ?? Ktr.TestFailed,
            Logs = Logs,
        };
    }
}

/// <param name="Name">The test as the user knows it: "pod/smoke" or "job/migrate".</param>
/// <param name="Output">Its last log lines, secrets redacted.</param>
public sealed record RunTest(string Name, bool Passed, double Seconds, string? Message, string? Output, string? File, int Line, int Column)
{
    /// <summary>Whether it still ran when something else had failed: it has no verdict.</summary>
    public bool Stopped { get; init; }
    /// <summary>Whether it was never started, since what it comes after was not ready or had failed.</summary>
    public bool NotStarted { get; init; }
    /// <summary>The code of what kept its pod from running, which its message and its place are of; null: it ran.</summary>
    public string? Code { get; init; }
    /// <summary>Whether a diagnostic is what this test says already.</summary>
    public bool IsToldBy(RunDiagnostic diagnostic) => Code is not null && diagnostic.Code == Code && diagnostic.Message == Message;
    /// <summary>What it ended as, in a word.</summary>
    internal string Verdict => Passed ? "passed" : NotStarted ? "not started" : Stopped ? "stopped" : "failed";
    /// <summary>The containers that failed.</summary>
    public IReadOnlyList<string> Containers { get => field ?? []; init; }
}
