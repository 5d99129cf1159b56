using Kontrakt.Runs;
using Kontrakt.Tests.Judging;

namespace Kontrakt.Tests.Waiting;

/// <summary>A test whose own pod cannot run has failed. One that ran while that was found out was stopped, and has no verdict.</summary>
[TestClass]
public sealed class TestsThatCannotRun
{
    private const string Slow = """
        apiVersion: v1
        kind: Pod
        metadata: {name: slow, labels: {kontrakt: test}}
        spec: {restartPolicy: Never, terminationGracePeriodSeconds: 0, containers: [{name: main, image: BUSYBOX, command: [sleep, "600"]}]}
        """;

    /// <summary>Nothing of it exists while the wait goes on, and nothing makes it.</summary>
    private const string Assertion = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: never}
        """;

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("image: localhost:5000/kr/absent:1", "KTR4005", 6)]
    [DataRow("image: BUSYBOX, envFrom: [{secretRef: {name: absent}}]", "KTR4007", 6)]
    [DataRow("image: BUSYBOX, env: [{name: A, valueFrom: {configMapKeyRef: {name: absent, key: a}}}]", "KTR4007", 6)]
    [DataRow("image: BUSYBOX, resources: {requests: {cpu: '1000'}}", "KTR4008", 6)]
    public async Task HaveFailedAtWhatKeepsThem(string container, string code, int line)
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings with { UnschedulableGrace = TimeSpan.FromSeconds(2) }, ("slow.yaml", Slow), ("never.assert.yaml", Assertion), ("own.yaml", $$$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: own, labels: {kontrakt: test}}
            spec:
              restartPolicy: Never
              containers: [{name: main, {{{container}}}}]
            """));

        Assert.AreSequenceEqual([$"own.yaml({line}) {code}"], run.Failures, run.All);
        var tests = RunWait.From(run.Waited).Unended.ToDictionary(test => test.Test);
        Assert.AreEqual((false, code), (tests["pod/own"].Stopped, tests["pod/own"].CannotRun?.Code), run.All);
        Assert.AreEqual((true, null), (tests["pod/slow"].Stopped, tests["pod/slow"].CannotRun), run.All);
        var own = run.Verdict.Tests.Single(test => test.Name == "pod/own");
        Assert.AreEqual((false, false, code, line), (own.Passed, own.Stopped, own.Code, own.Line), run.All);
        Assert.AreEqual(run.Verdict.Failures[0].Message, own.Message);
        Assert.IsTrue(run.Verdict.Tests.Single(test => test.Name == "pod/slow").Stopped, run.All);
        StringAssert.Contains(run.Log.Text, "TestStopped");
        StringAssert.Contains(run.Log.Text, "Test = pod/own, Passed = False");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task OfAJobHaveFailedAsWell()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("own.yaml", """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: own}
            spec:
              template:
                metadata: {labels: {kontrakt: test}}
                spec:
                  restartPolicy: Never
                  containers: [{name: main, image: localhost:5000/kr/absent:1}]
            """));

        Assert.AreSequenceEqual(["own.yaml(9) KTR4005"], run.Failures, run.All);
        Assert.AreEqual((false, "KTR4005"), (run.Verdict.Tests[0].Stopped, run.Verdict.Tests[0].Code), run.All);
    }
}
