using Kontrakt.Diagnostics;
using Kontrakt.Tests.Clusters;
using Kontrakt.Tests.Judging;

namespace Kontrakt.Tests.Waiting;

/// <summary>The annotation kontrakt/after, as one process and as a process for each step.</summary>
[TestClass]
public sealed class OrderOnACluster
{
    /// <summary>Is ready two seconds after its start, as it says by a file.</summary>
    private const string Server = """
        apiVersion: v1
        kind: Pod
        metadata: {name: server}
        spec:
          terminationGracePeriodSeconds: 0
          containers: [{name: main, image: BUSYBOX, command: [sh, -c, sleep 2; touch /tmp/ready; sleep 600], readinessProbe: {exec: {command: [test, -e, /tmp/ready]}, periodSeconds: 1}}]
        """;

    private static string Test(string name, string? after = null, int exit = 0) => """
        apiVersion: v1
        kind: Pod
        metadata: {name: NAME, labels: {kontrakt: test}, annotations: {AFTER}}
        spec: {restartPolicy: Never, containers: [{name: main, image: BUSYBOX, command: [sh, -c, exit EXIT]}]}
        """.Replace("NAME", name, StringComparison.Ordinal).Replace("EXIT", $"{exit}", StringComparison.Ordinal).Replace("AFTER", after is null ? "" : $"kontrakt/after: \"{after}\"", StringComparison.Ordinal);

    [TestMethod]
    [Timeout(300_000)]
    public async Task ATestStartsWhenAllElseIsReady()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("server.yaml", Server), ("smoke.yaml", Test("smoke", "ready")), ("last.yaml", Test("last", "pod/smoke, server")));

        Assert.IsTrue(run.Verdict.Passed, run.All);
        StringAssert.Contains(run.Log.Text, "pod/smoke: waits for pod/server");
        StringAssert.Contains(run.Log.Text, "pod/last: waits for pod/smoke, pod/server");
        var pods = (await run.PodsAsync()).ToDictionary(pod => pod.Name, StringComparer.Ordinal);
        var ready = pods["server"].Condition("Ready")!["lastTransitionTime"]!.ToString();
        Assert.IsLessThanOrEqualTo(0, string.CompareOrdinal(ready, pods["smoke"].Text("metadata", "creationTimestamp")), run.All);
        Assert.IsLessThanOrEqualTo(0, string.CompareOrdinal(pods["smoke"].Text("metadata", "creationTimestamp"), pods["last"].Text("metadata", "creationTimestamp")), run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task WaitStartsWhatApplyDidNot()
    {
        await using var run = await ClusterRun.ApplyAsync(ClusterRun.Settings, ("server.yaml", Server), ("smoke.yaml", Test("smoke", "ready")));
        Assert.AreSequenceEqual(["server"], (await run.PodsAsync()).Select(pod => pod.Name));

        await run.WaitAsync();
        await run.AssertAsync(run.Recorded());

        Assert.IsTrue(run.Verdict.Passed, run.All);
        Assert.AreSequenceEqual(["pod/smoke"], run.Verdict.Tests.Select(test => test.Name));
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task WhatAnEarlierWaitHasStartedIsAppliedAgain()
    {
        const string Late = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: late, annotations: {kontrakt/after: server}}
            spec:
              selector: {matchLabels: {app: late}}
              template:
                metadata: {labels: {app: late}}
                spec: {terminationGracePeriodSeconds: 0, containers: [{name: main, image: BUSYBOX, command: [sh, -c, COMMAND]}]}
            """;
        await using var run = await ClusterRun.ApplyAsync(ClusterRun.Settings with { MaxRestarts = 1 }, ("server.yaml", Server), ("late.yaml", Late.Replace("COMMAND", "sleep 600", StringComparison.Ordinal)), ("smoke.yaml", Test("smoke", "late")));
        await run.WaitAsync();
        Assert.IsEmpty(run.Waited.Failures, run.All);

        await run.WaitAsync();
        Assert.IsEmpty(run.Waited.Failures, "nothing has changed, so all is as it was: " + run.All);
        await run.ApplyAgainAsync("late.yaml", Late.Replace("COMMAND", "exit 3", StringComparison.Ordinal));
        await run.WaitAsync();

        Assert.AreSequenceEqual(["KTR4004"], run.Waited.Failures.Select(each => each.Code), run.All);
    }

    /// <summary>Kubernetes takes the image, and does not run the pod again: its verdict would be of the image before.</summary>
    [TestMethod]
    [Timeout(300_000)]
    public async Task APodThatHasEndedIsNotAppliedWithAnotherImage()
    {
        await using var run = await ClusterRun.ApplyAsync(ClusterRun.Settings, ("smoke.yaml", Test("smoke")));
        await run.WaitAsync();
        Assert.IsEmpty(run.Waited.Failures, run.All);

        await run.ApplyAgainAsync("smoke.yaml", Test("smoke"));
        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => run.ApplyAgainAsync("smoke.yaml", Test("smoke").Replace("BUSYBOX", "registry.example/other:1", StringComparison.Ordinal)));

        Assert.AreEqual("KTR3018", error.Diagnostics.Single().Code, error.Message);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task ATestAfterOneThatFailedIsNotStarted()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("first.yaml", Test("first", exit: 3)), ("second.yaml", Test("second", "first")), ("third.yaml", Test("third", "second")));

        Assert.AreSequenceEqual(["first.yaml(4) KTR4001"], run.Failures, run.All);
        Assert.AreSequenceEqual([null, "was not started: it comes after pod/first, which failed", "was not started: it comes after pod/second, which was not started"],
            run.Verdict.Tests.Select(test => test.NotStarted ? test.Message : null), run.All);
        Assert.AreSequenceEqual(["first"], (await run.PodsAsync()).Select(pod => pod.Name), run.All);
        Assert.DoesNotContain("still waiting for test pod/second", run.Log.Text, "nothing is left to wait for once the first has failed");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task WhatTheServerWouldRefuseLaterIsToldByApply()
    {
        await using var cluster = TestCluster.Open();
        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => ClusterRun.ApplyAsync(ClusterRun.Settings,
            ("server.yaml", Server), ("smoke.yaml", Test("smoke", "ready").Replace("restartPolicy: Never", "restartPolicy: Sometimes", StringComparison.Ordinal))));

        StringAssert.Contains(error.Message, "Sometimes");
    }
}
