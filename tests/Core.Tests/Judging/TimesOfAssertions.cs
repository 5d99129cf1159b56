using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Tests.Clusters;
using Kontrakt.Tests.Waiting;

namespace Kontrakt.Tests.Judging;

/// <summary>How long assertions are waited for, on a clock that only moves when something is waited for.</summary>
[TestClass]
public sealed class TimesOfAssertions
{
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(10);

    private readonly ManualTime _time = new();
    private readonly ClusterState _state = new();
    private readonly ListLog _log = new();
    private readonly List<(TimeSpan At, Action Do)> _script = [];

    private DateTimeOffset Began { get; } = new ManualTime().Now;

    private TimeSpan Passed => _time.Now - Began;

    private static AssertionCheck Assertion(string phase, string? timeout = null) => Check(ManifestRole.Assert, phase, timeout);

    private static AssertionCheck Error(string phase, string? timeout = null) => Check(ManifestRole.Error, phase, timeout);

    private static AssertionCheck Check(ManifestRole role, string phase, string? timeout) => new(Yaml.Manifest(
        $"{{apiVersion: v1, kind: Pod, metadata: {{name: a{(timeout is null ? "" : $", annotations: {{kontrakt/timeout: {timeout}}}")}}}, status: {{phase: {phase}}}}}", role), null);

    /// <summary>The pod gets a phase; null: it goes away.</summary>
    private void At(int seconds, string? phase) => _script.Add((TimeSpan.FromSeconds(seconds), () => _state.Apply(ApiResource.Pods.Kind,
        new(phase is null ? WatchEventType.Deleted : WatchEventType.Modified, Yaml.Object($"{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, status: {{phase: {phase}}}}}")))));

    private Task Next(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var until = Passed + atMost;
        if (_script.Count > 0 && _script[0].At <= until)
        {
            _time.Now = Began + (_script[0].At > Passed ? _script[0].At : Passed);
            _script[0].Do();
            _script.RemoveAt(0);
        }
        else
            _time.Now += atMost;
        return Task.CompletedTask;
    }

    private async Task<string> RunAsync(TimeSpan? budget, params AssertionCheck[] checks)
    {
        while (_script.Count > 0 && _script[0].At <= Passed)
        {
            _script[0].Do();
            _script.RemoveAt(0);
        }
        var round = new AssertionRound(checks, _state, Next, new("kr", _log, Redactor.None, _time), _time);
        return string.Join('\n', (await round.RunAsync(Began + budget, CancellationToken.None)).Select(each => $"{each.Code}: {each.Message}"));
    }

    [TestMethod]
    public async Task WithoutAnAnnotationItIsHalfAMinute()
    {
        At(0, "Running");

        var failed = await RunAsync(Budget, Assertion("Succeeded"));

        Assert.AreEqual(TimeSpan.FromSeconds(30), Passed);
        StringAssert.Contains(failed, "status.phase: expected \"Succeeded\", actual \"Running\"");
        StringAssert.Contains(failed, "waited for 30s after everything else had ended; the annotation kontrakt/timeout on the assertion gives it more");
    }

    [TestMethod]
    public async Task TheAnnotationGivesMoreOrLess()
    {
        At(0, "Running");
        At(90, "Succeeded");

        Assert.AreEqual("", await RunAsync(Budget, Assertion("Succeeded", "2m")));
        Assert.AreEqual(TimeSpan.FromSeconds(90), Passed);
        StringAssert.Contains(await RunAsync(Budget, Assertion("Failed", "5s")), "waited for 5s, as its annotation kontrakt/timeout says");
        Assert.AreEqual(TimeSpan.FromSeconds(95), Passed);
    }

    [TestMethod]
    public async Task TheKontraktsOwnTimeIsNeverExceeded()
    {
        StringAssert.Contains(await RunAsync(TimeSpan.FromSeconds(20), Assertion("Succeeded", "2m")), "until the time of the whole kontrakt was over");

        Assert.AreEqual(TimeSpan.FromSeconds(20), Passed);
    }

    [TestMethod]
    public async Task EachIsPassedWhenItHasHeldOnceInAnyOrder()
    {
        At(1, "Pending");
        At(2, "Running");
        At(3, "Succeeded");

        Assert.AreEqual("", await RunAsync(Budget, Assertion("Succeeded"), Assertion("Pending"), Assertion("Running")));
        Assert.AreEqual(TimeSpan.FromSeconds(3), Passed);
    }

    [TestMethod]
    public async Task WhatMustNotExistMayGoAwayWithinItsTime()
    {
        At(0, "Running");
        At(3, null);

        Assert.AreEqual("", await RunAsync(Budget, Error("Running")));
        Assert.AreEqual(TimeSpan.FromSeconds(3), Passed);
    }

    [TestMethod]
    public async Task WhatMustNotExistFailsWhenItStaysTooLong()
    {
        At(0, "Running");
        At(40, null);

        StringAssert.StartsWith(await RunAsync(Budget, Error("Running")), "KTR4010: pod/a exists");
        Assert.AreEqual(TimeSpan.FromSeconds(30), Passed);
    }

    [TestMethod]
    public async Task WhatMustNotExistIsLookedAtAfterWhatMust()
    {
        // What the assertion waits for is what the other says must not be.
        At(20, "Failed");

        StringAssert.StartsWith(await RunAsync(Budget, Error("Failed"), Assertion("Failed")), "KTR4010");
        Assert.AreEqual(TimeSpan.FromSeconds(50), Passed);
    }

    [TestMethod]
    public async Task NothingMayMatchAnyErrorAtTheSameMoment()
    {
        At(0, "Running");
        At(5, "Failed");
        At(10, "Running");
        At(15, "Succeeded");

        Assert.AreEqual("", await RunAsync(Budget, Error("Running"), Error("Failed")));
        Assert.AreEqual(TimeSpan.FromSeconds(15), Passed);
    }

    [TestMethod]
    public async Task AfterAFailedTestTheyAreLookedAtOnce()
    {
        At(0, "Running");

        var failed = await RunAsync(null, Assertion("Succeeded", "2m"), Error("Running"));

        Assert.AreEqual(TimeSpan.Zero, Passed);
        Assert.AreEqual("KTR4009 KTR4010", string.Join(' ', failed.Split('\n').Select(line => line.Split(':')[0])));
        Assert.DoesNotContain("waited", failed);
    }

    [TestMethod]
    public async Task TheReasonIsSaidAtOnceAndRemindersAreFew()
    {
        At(0, "Running");

        await RunAsync(Budget, Assertion("Succeeded", "10m"));

        var said = _log.Text.Split('\n').Where(line => line.Length > 0).ToList();
        StringAssert.Contains(said[0], "actual \"Running\"");
        Assert.IsLessThan(10, said.Count(line => line.Contains("still waiting for assertion", StringComparison.Ordinal)), _log.Text);
    }
}
