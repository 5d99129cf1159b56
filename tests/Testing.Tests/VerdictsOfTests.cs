using Kontrakt.Diagnostics;
using Kontrakt.Runs;
using Kontrakt.Testing;
using Microsoft.Testing.Platform.Extensions.Messages;

namespace Testing.Tests;

/// <summary>What the platform is told of a kontrakt that ended, and of what is below it.</summary>
[TestClass]
public sealed class VerdictsOfTests
{
    private const string File = "/p/k/test.yaml";
    private const string Asserts = "/p/k/a.assert.yaml";
    private static readonly DateTimeOffset Began = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly TestEntry Whole = new("k", null, null, new(File, 1, 1), []);

    [TestMethod, Timeout(60_000)]
    public void PassedKontraktPassesWithAllThatIsBelow()
    {
        var kontrakt = Ended(RunState.Passed) with { Tests = [Test("pod/a", passed: true) with { Output = "as it should be" }] };

        Assert.AreEqual("passed", Told(Whole, kontrakt));
        Assert.AreEqual("passed", Told(Entry("pod/a"), kontrakt));
        Assert.AreEqual("passed", Told(Assertion(3, 6), kontrakt));
        Assert.AreEqual("as it should be", Verdicts.Of(Entry("pod/a"), kontrakt).Properties.Single<StandardOutputProperty>().StandardOutput);
        Assert.IsFalse(Verdicts.Of(Whole, kontrakt).Properties.Any<StandardOutputProperty>(), "output is the test's");
    }

    [TestMethod, Timeout(60_000)]
    public void TimesAreTheKontraktsOwnAndTheTestsOwn()
    {
        var kontrakt = Ended(RunState.Passed) with { Tests = [Test("pod/a", passed: true, seconds: 1.5)] };

        var whole = Verdicts.Of(Whole, kontrakt).Properties.Single<TimingProperty>().GlobalTiming;
        var test = Verdicts.Of(Entry("pod/a"), kontrakt).Properties.Single<TimingProperty>().GlobalTiming;

        Assert.AreEqual((Began, TimeSpan.FromSeconds(8)), (whole.StartTime, whole.Duration));
        Assert.AreEqual((Began.AddSeconds(6.5), TimeSpan.FromSeconds(1.5), Began.AddSeconds(8)), (test.StartTime, test.Duration, test.EndTime));
        Assert.IsFalse(Verdicts.Of(Assertion(3, 6), kontrakt).Properties.Any<TimingProperty>(), "nobody knows how long an assertion took");
    }

    /// <summary>A verdict that was taken over has tests that all passed, and took no time now.</summary>
    [TestMethod, Timeout(60_000)]
    public void CachedVerdictPassesWithoutHavingRun()
    {
        var kontrakt = Ended(RunState.Passed) with { Began = null, Ended = null, Cached = new("r0", Began, "key"), Tests = [Test("pod/a", passed: true)] };

        Assert.AreEqual("passed", Told(Whole, kontrakt));
        Assert.AreEqual("passed", Told(Entry("pod/a"), kontrakt));
        Assert.IsFalse(Verdicts.Of(Whole, kontrakt).Properties.Any<TimingProperty>());
    }

    [TestMethod, Timeout(60_000)]
    public void FailureIsToldOnceInFullAndByItsFirstLineOfTheKontrakt()
    {
        var kontrakt = Ended(RunState.Failed, Failure("KTR4001", "test 'pod/a' failed: it ended with 10:\n  not what I wanted", 9)) with
        {
            Tests = [Test("pod/a", passed: false), Test("pod/ab", passed: true), Test("pod/b", passed: false) with { Message = "did not end: Pending" }],
        };

        Assert.AreEqual($"failed {File}(9,7): error KTR4001: test 'pod/a' failed: it ended with 10:", Told(Whole, kontrakt));
        Assert.AreEqual($"failed {File}(9,7): error KTR4001: test 'pod/a' failed: it ended with 10:\n  not what I wanted", Told(Entry("pod/a"), kontrakt));
        Assert.AreEqual("passed", Told(Entry("pod/ab"), kontrakt));
        Assert.AreEqual("failed did not end: Pending", Told(Entry("pod/b"), kontrakt), "no diagnostic is of it");
    }

    /// <summary>It has neither passed nor failed.</summary>
    [TestMethod, Timeout(60_000)]
    public void TestThatWasStoppedIsSkipped()
    {
        var kontrakt = Ended(RunState.Failed, Failure("KTR4004", "container 'web' of deployment/server keeps crashing", 9)) with { Tests = [Test("pod/a", passed: false) with { Stopped = true, Message = "was stopped" }] };

        Assert.AreEqual("skipped was stopped", Told(Entry("pod/a"), kontrakt));
    }

    /// <summary>A failure at what keeps it from running.</summary>
    [TestMethod, Timeout(60_000)]
    public void TestOfWhichThePodCannotRunHasFailed()
    {
        const string cannot = "container 'main' of pod/a cannot start: the image 'x' cannot be pulled by the cluster: not found";
        var kontrakt = Ended(RunState.Failed, Failure("KTR4005", cannot, 12)) with { Tests = [Test("pod/a", passed: false) with { Code = "KTR4005", Message = cannot }] };

        Assert.AreEqual($"failed {File}(12,7): error KTR4005: {cannot}", Told(Entry("pod/a"), kontrakt));
    }

    /// <summary>What a test prints may speak of another one.</summary>
    [TestMethod, Timeout(60_000)]
    public void FailureIsOfTheTestThatItBeginsWith()
    {
        var kontrakt = Ended(RunState.Failed, Failure("KTR4001", "test 'pod/a' failed: it ended with 1:\n  test 'pod/b' failed: so do I", 9), Failure("KTR4002", "test 'pod/b' did not end within 1m", 19)) with
        {
            Tests = [Test("pod/a", passed: false), Test("pod/b", passed: false)],
        };

        Assert.AreEqual($"failed {File}(19,7): error KTR4002: test 'pod/b' did not end within 1m", Told(Entry("pod/b"), kontrakt));
    }

    [TestMethod, Timeout(60_000)]
    public void ContainerThatDidNotFailHasNoVerdict()
    {
        var kontrakt = Ended(RunState.Failed, Failure("KTR4001", "test 'pod/a' failed: container 'two' ended with 1.", 9)) with { Tests = [Test("pod/a", passed: false) with { Containers = ["two"] }] };

        Assert.AreEqual("skipped no verdict: container two failed", Told(Entry("pod/a", "one"), kontrakt));
        Assert.AreEqual($"failed {File}(9,7): error KTR4001: test 'pod/a' failed: container 'two' ended with 1.", Told(Entry("pod/a", "two"), kontrakt));
        Assert.AreEqual("failed", Told(Entry("pod/a", null), kontrakt)[..6], "not one container alone");
    }

    [TestMethod, Timeout(60_000)]
    public void AssertionFailsByADiagnosticWithinItsDocument()
    {
        var kontrakt = Ended(RunState.Failed, Failure("KTR4009", "the assertion on pod/a does not hold", 5, Asserts)) with { Tests = [Test("pod/a", passed: true)], Waited = new([], []) };

        Assert.AreEqual($"failed {Asserts}(5,7): error KTR4009: the assertion on pod/a does not hold", Told(Assertion(3, 6), kontrakt));
        Assert.AreEqual("passed", Told(Assertion(8, 12), kontrakt), "the next document of the file");
        Assert.AreEqual("passed", Told(Assertion(1, 2), kontrakt), "the one before");
        Assert.AreEqual("passed", Told(Entry("pod/a"), kontrakt));
    }

    /// <summary>Assertions are looked at together, once the wait is over and their kinds are known.</summary>
    [TestMethod, Timeout(60_000)]
    public void AssertionThatNobodyLookedAtHasNoVerdict()
    {
        var waiting = Ended(RunState.Failed, Failure("KTR4003", "deployment/api did not become ready", 30)) with { Tests = [Test("pod/a", passed: true)], Waited = new([Failure("KTR4003", "deployment/api", 30)], []) };
        var unknown = Ended(RunState.Failed, Failure(Ktr.UnknownKind.Code, "the cluster has no kind", 9, Asserts)) with { Tests = [Test("pod/a", passed: true)], Waited = new([], []) };
        var unreachable = Ended(RunState.Failed, Failure("KTR3001", "the cluster cannot be reached", 0)) with { Waited = new([], []) };

        foreach (var kontrakt in new[] { waiting, unknown, unreachable })
            Assert.StartsWith("skipped no verdict", Told(Assertion(3, 6), kontrakt));
        Assert.StartsWith("failed", Told(Assertion(8, 12), unknown));
    }

    /// <summary>Such as one that the API server refuses: nothing below has run.</summary>
    [TestMethod, Timeout(60_000)]
    public void FailureOfNoTestIsTheKontrakts()
    {
        var kontrakt = Ended(RunState.Failed, Failure("KTR3007", "the server refuses it", 20));

        Assert.AreEqual($"failed {File}(20,7): error KTR3007: the server refuses it", Told(Whole, kontrakt));
        Assert.StartsWith("skipped no verdict", Told(Entry("pod/a"), kontrakt));
        Assert.StartsWith("skipped no verdict", Told(Assertion(3, 6), kontrakt));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(RunState.Discovered)]
    [DataRow(RunState.Resolved)]
    [DataRow(RunState.Applied)]
    [DataRow(RunState.Waited)]
    public void RunThatEndedBeforeHasNoVerdict(RunState state)
    {
        var kontrakt = Ended(state);

        foreach (var entry in new[] { Whole, Entry("pod/a"), Assertion(3, 6) })
            Assert.StartsWith("skipped no verdict", Told(entry, kontrakt));
    }

    private static RunKontrakt Ended(RunState state, params RunDiagnostic[] diagnostics) =>
        new() { Name = "k", Directory = "/p/k", Files = [], State = state, Began = Began, Ended = Began.AddSeconds(8), Diagnostics = diagnostics };

    private static RunDiagnostic Failure(string code, string message, int line, string file = File) => new(code, message, line == 0 ? null : file, line, 7);

    private static RunTest Test(string name, bool passed, double seconds = 1) => new(name, passed, seconds, null, null, File, 4, 1);

    private static TestEntry Entry(string test, string? container = "main") => new("k", test, test, new(File, 4, 1), []) { Container = container };

    private static TestEntry Assertion(int line, int endLine) => new("k", "a.assert.yaml/pod/a", null, new(Asserts, line, 1, endLine, 1), []);

    private static string Told(TestEntry entry, RunKontrakt kontrakt) => Verdicts.Of(entry, kontrakt).Properties.Single<TestNodeStateProperty>() switch
    {
        PassedTestNodeStateProperty => "passed",
        FailedTestNodeStateProperty failed => $"failed {failed.Explanation}",
        SkippedTestNodeStateProperty skipped => $"skipped {skipped.Explanation}",
        var other => other.ToString(),
    };
}
