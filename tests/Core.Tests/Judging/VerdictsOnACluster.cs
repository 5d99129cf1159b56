using Kontrakt.Runs;

namespace Kontrakt.Tests.Judging;

[TestClass]
public sealed class VerdictsOnACluster
{
    private const string Passing = """
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
    public async Task EventsCanBeAssertedToo()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings,
            ("good.yaml", Passing),
            ("started.assert.yaml", """
                apiVersion: v1
                kind: Event
                reason: Started
                involvedObject: {kind: Pod, name: good}
                """),
            ("none-started.error.yaml", """
                apiVersion: v1
                kind: Event
                reason: Started
                """));

        Assert.AreSequenceEqual(["none-started.error.yaml(1) KTR4010"], run.Failures, run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AGreenKontraktHasItsAssertionsAndLogs()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings,
            ("good.yaml", Passing),
            ("server.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: server}
                spec:
                  selector: {matchLabels: {app: server}}
                  template:
                    metadata: {labels: {app: server}}
                    spec: {terminationGracePeriodSeconds: 0, containers: [{name: web, image: BUSYBOX, command: [sleep, "600"], ports: [{name: http, containerPort: 80, protocol: TCP}]}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: server}
                spec: {selector: {app: server}, ports: [{port: 80, protocol: TCP}]}
                """),
            ("server.assert.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: server}
                status:
                  availableReplicas: !cel self > 0 && self == object.spec.replicas
                  conditions: !cel self.exists_one(c, c.type == "Available" && c.status == "True")
                """),
            ("none.error.yaml", """
                apiVersion: v1
                kind: Pod
                metadata: {name: !cel self.startsWith("server-")}
                status: {phase: !cel 'self in ["Failed", "Unknown"]'}
                """));

        Assert.IsTrue(run.Verdict.Passed, run.All);
        Assert.AreEqual("fine\n", await File.ReadAllTextAsync(Path.Combine(run.LogDirectory, "logs", "good", "main.log")));
        StringAssert.Contains(run.Log.Text, "TestEnded");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AnAssertionThatDoesNotHoldShowsExpectedAndActual()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings with { Timeout = TimeSpan.FromSeconds(20) },
            ("good.yaml", Passing),
            ("settings.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {colour: blue}
                """),
            ("settings.assert.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data:
                  colour: red
                """),
            ("settings.error.yaml", """
                apiVersion: v1
                kind: ConfigMap
                data: {colour: blue}
                """),
            ("typo.assert.yaml", """
                apiVersion: v1
                kind: Pod
                metadata: {name: goood}
                """));

        Assert.AreSequenceEqual(["settings.assert.yaml(5) KTR4009", "settings.error.yaml(1) KTR4010", "typo.assert.yaml(1) KTR4009"], run.Failures.Order(StringComparer.Ordinal), run.All);
        StringAssert.Contains(run.All, "data.colour: expected \"red\", actual \"blue\"");
        StringAssert.Contains(run.All, "there are: pod/good");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AnAssertionOnAnUnknownKindSaysSo()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("good.yaml", Passing), ("thing.assert.yaml", """
            apiVersion: things.example.com/v1
            kind: Thing
            metadata: {name: x}
            """));

        Assert.AreSequenceEqual(["thing.assert.yaml(2) KTR3007"], run.Failures, run.All);
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
    public async Task AFailedTestJobIsReportedAtItsContainer()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("job.yaml", """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: migrate}
            spec:
              backoffLimit: 0
              template:
                metadata: {labels: {kontrakt: test}}
                spec:
                  restartPolicy: Never
                  containers:
                    - name: main
                      image: BUSYBOX
                      command: [sh, -c, echo no such table; exit 20]
            """));

        Assert.AreSequenceEqual(["job.yaml(11) KTR4001"], run.Failures, run.All);
        StringAssert.Contains(run.Verdict.Failures[0].Message, "exit code 20");
        StringAssert.Contains(run.Verdict.Failures[0].Message, "no such table");
    }

    private static string DeletesItself(int exit) => """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: migrate}
        spec:
          ttlSecondsAfterFinished: 0
          backoffLimit: 0
          template:
            metadata: {labels: {kontrakt: test}}
            spec:
              restartPolicy: Never
              containers:
                - name: main
                  image: BUSYBOX
                  command: [sh, -c, "sleep 1; echo migrating; exit EXIT"]
        """.Replace("EXIT", $"{exit}", StringComparison.Ordinal);

    [TestMethod]
    [Timeout(300_000)]
    public async Task AJobThatPassesAndDeletesItselfHasPassed()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("job.yaml", DeletesItself(exit: 0)));

        Assert.IsTrue(run.Verdict.Passed, run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AJobThatFailsAndDeletesItselfHasItsExitCodeAndItsLog()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("job.yaml", DeletesItself(exit: 4)));

        Assert.AreSequenceEqual(["job.yaml(12) KTR4001"], run.Failures, run.All);
        StringAssert.Contains(run.Verdict.Failures[0].Message, "exit code 4");
        StringAssert.Contains(run.Verdict.Failures[0].Message, "\n  migrating");
        StringAssert.Contains(run.Verdict.Tests[0].Output!, "migrating");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task WhatWasDeletedBeforeWaitBeganIsSaidAtOnce()
    {
        await using var run = await ClusterRun.ApplyAsync(ClusterRun.Settings, ("job.yaml", DeletesItself(exit: 0)), ("good.yaml", Passing));
        await run.DeleteAsync("batch", "v1", "Job", "migrate");

        await run.WaitAsync();
        await run.AssertAsync(run.Recorded());

        Assert.AreSequenceEqual(["job.yaml(8) KTR4030"], run.Failures, run.All);
        StringAssert.Contains(run.Verdict.Failures[0].Message, "its ttlSecondsAfterFinished (0) deletes it");
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
