using Kontrakt.Runs;

namespace Kontrakt.Tests.Judging;

/// <summary>Tests that are pods, and their logs, on a real cluster.</summary>
[TestClass]
public sealed class VerdictsOnPods
{
    /// <summary>A test that passes.</summary>
    internal const string Passing = """
        apiVersion: v1
        kind: Pod
        metadata: {name: good, labels: {kontrakt: test}}
        spec: {restartPolicy: Never, containers: [{name: main, image: BUSYBOX, command: [sh, -c, echo fine]}]}
        """;

    private static string Exit(int code) => """
        apiVersion: v1
        kind: Pod
        metadata: {name: exit-CODE, labels: {kontrakt: test}}
        spec:
          restartPolicy: Never
          containers:
            - name: main
              image: BUSYBOX
              command: [sh, -c, "echo before CODE; exit CODE"]
        """.Replace("CODE", $"{code}", StringComparison.Ordinal);

    [TestMethod]
    [Timeout(300_000)]
    public async Task EveryFailedTestIsReportedWithItsExitCode()
    {
        int[] codes = [1, 10, 100, 130, 137];

        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, [("good.yaml", Passing), .. codes.Select(code => ($"exit-{code}.yaml", Exit(code)))]);

        Assert.IsEmpty(run.Waited.Failures, run.All);
        Assert.AreSequenceEqual(codes.Select(code => $"exit-{code}.yaml(7) KTR4001"), run.Failures.Order(StringComparer.Ordinal).OrderBy(text => text.Length), run.All);
        foreach (var code in codes)
            StringAssert.Contains(run.Verdict.Failures.Single(each => each.Location!.File.EndsWith($"exit-{code}.yaml", StringComparison.Ordinal)).Message, $"\n  before {code}", run.All);
        Assert.AreEqual("pod/good", run.Verdict.Tests.Single(test => test.Passed).Name);
        Assert.AreEqual("fine", run.Verdict.Tests.Single(test => test.Passed).Output);
        Assert.HasCount(6, run.Verdict.Tests);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task ASecretsValueIsShownNowhere()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings with { MaxRestarts = 1 },
            ("secret.yaml", """
                apiVersion: v1
                kind: Secret
                metadata: {name: db}
                stringData: {password: sw0rdfish-9}
                """),
            ("leaks.yaml", """
                apiVersion: v1
                kind: Pod
                metadata: {name: leaks, labels: {kontrakt: test}}
                spec:
                  restartPolicy: Never
                  containers:
                    - name: main
                      image: BUSYBOX
                      env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password}}}]
                      command: [sh, -c, 'echo connecting with $P; echo "cannot log in as $P" >/dev/termination-log; exit 1']
                """));

        Assert.AreSequenceEqual(["leaks.yaml(7) KTR4001"], run.Failures, run.All);
        StringAssert.Contains(run.Verdict.Failures[0].Message, "connecting with ***");
        StringAssert.Contains(run.Verdict.Failures[0].Message, "cannot log in as ***");
        var files = Directory.GetFiles(run.LogDirectory, "*", SearchOption.AllDirectories);
        Assert.HasCount(4, files, string.Join(' ', files));
        foreach (var text in files.Select(File.ReadAllText).Concat(run.Verdict.Tests.Select(test => $"{test.Output} {test.Message}")).Append(run.Log.Text))
            Assert.DoesNotContain("sw0rdfish-9", text);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task ANamedContainerDecidesAndASidecarDoesNotBlock()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("pod.yaml", """
            apiVersion: v1
            kind: Pod
            metadata: {name: sidecar, labels: {kontrakt: test}, annotations: {kontrakt/container: main}}
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: 0
              containers:
                - {name: main, image: BUSYBOX, command: ["true"]}
                - {name: side, image: BUSYBOX, command: [sleep, "600"]}
            """));

        Assert.IsTrue(run.Verdict.Passed, run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task TestsThatAreJobsOrOnlyReadyPass()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings,
            ("job.yaml", """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: migrate}
                spec:
                  template:
                    metadata: {labels: {kontrakt: completion}}
                    spec: {restartPolicy: Never, containers: [{name: main, image: BUSYBOX, command: [echo, migrated]}]}
                """),
            ("ready.yaml", """
                apiVersion: v1
                kind: Pod
                metadata: {name: ready, labels: {kontrakt: readiness}}
                spec: {terminationGracePeriodSeconds: 0, containers: [{name: main, image: BUSYBOX, command: [sleep, "600"], readinessProbe: {exec: {command: ["true"]}}}]}
                """),
            ("always.yaml", """
                apiVersion: v1
                kind: Pod
                metadata: {name: always, labels: {kontrakt: test}}
                spec: {containers: [{name: main, image: BUSYBOX, command: [echo, once]}]}
                """));

        Assert.IsTrue(run.Verdict.Passed, run.All);
        Assert.AreSequenceEqual(["job/migrate", "pod/always", "pod/ready"], run.Verdict.Tests.Select(test => test.Name).Order(StringComparer.Ordinal), run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task ATestThatStillRanWhenSomethingElseFailedWasStopped()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("slow.yaml", Passing.Replace("echo fine", "sleep 600", StringComparison.Ordinal)), ("server.yaml", """
            apiVersion: v1
            kind: Pod
            metadata: {name: server}
            spec: {restartPolicy: Never, containers: [{name: main, image: BUSYBOX, command: [sh, -c, exit 3]}]}
            """));

        Assert.AreSequenceEqual(["server.yaml(4) KTR4011"], run.Failures, run.All);
        Assert.IsTrue(run.Verdict.Tests[0].Stopped, run.All);
        StringAssert.Contains(run.Log.Text, "TestStopped");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task JudgingWorksInAProcessOfItsOwn()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("exit.yaml", Exit(3)), ("good.yaml", Passing));
        var codes = run.Verdict.Failures.Select(each => each.Code).ToList();

        await run.AssertAsync(new WaitResult([]));

        Assert.AreSequenceEqual(codes, run.Failures.Select(each => each.Split(' ')[1]), run.All);
        Assert.AreSequenceEqual([false, true], run.Verdict.Tests.Select(test => test.Passed), run.All);
    }
}
