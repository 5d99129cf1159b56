using Kontrakt.Tests.Clusters;

namespace Kontrakt.Tests.Judging;

/// <summary>What is ready for a moment each time it starts.</summary>
[TestClass]
public sealed class VerdictsOnCrashLoops
{
    private const string Short = """
        apiVersion: v1
        kind: Pod
        metadata: {name: short, labels: {kontrakt: test}}
        spec: {restartPolicy: Never, containers: [{name: main, image: BUSYBOX, command: [sleep, "SECONDS"]}]}
        """;

    private static (string, string) ShortTest(int seconds) => ("short.yaml", Short.Replace("SECONDS", $"{seconds}", StringComparison.Ordinal));

    private static string Service(string container) => """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: api}
        spec:
          selector: {matchLabels: {app: api}}
          template:
            metadata: {labels: {app: api}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
                - {name: main, image: BUSYBOX, CONTAINER}
        """.Replace("CONTAINER", container, StringComparison.Ordinal);

    [TestMethod]
    [Timeout(300_000)]
    [DataRow(2, "crashes soon", "command: [sh, -c, 'sleep 1; exit 1']")]
    [DataRow(2, "crashes at once", "command: [sh, -c, 'exit 1']")]
    [DataRow(12, "is killed again and again", "command: [sleep, '600'], livenessProbe: {tcpSocket: {port: 81}, periodSeconds: 1, failureThreshold: 1}")]
    public async Task ACrashLoopBesideAShortTestDoesNotPass(int seconds, string name, string container)
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings with { MaxRestarts = 2 }, ShortTest(seconds), ("api.yaml", Service(container)));

        Assert.AreSequenceEqual(["api.yaml(11) KTR4004"], run.Failures, name + "\n" + run.All);
    }

    /// <summary>It runs, and is ready, for longer than the test takes. Only its owner knows for how long it must run.</summary>
    [TestMethod]
    [Timeout(300_000)]
    [DataRow("Deployment", "")]
    [DataRow("ReplicaSet", "")]
    [DataRow("DaemonSet", "")]
    [DataRow("StatefulSet", "serviceName: api")]
    public async Task WhatEndsLaterThanTheTestDoesNotPassWithMinReadySeconds(string kind, string fields)
    {
        await NeedStableSetsAsync(kind);
        await ALateCrashDoesNotPassAsync(kind, fields);
    }

    /// <summary>Of a StatefulSet, servers have the field since 1.22.</summary>
    private static async Task NeedStableSetsAsync(string kind)
    {
        await using var cluster = TestCluster.Open();
        if (kind == "StatefulSet" && await cluster.Admin.GetVersionAsync(CancellationToken.None) is { Major: 1, Minor: < 22 } old)
            Assert.Inconclusive($"skipped: minReadySeconds of a StatefulSet needs Kubernetes 1.22, and this is {old.GitVersion}");
    }

    private static async Task ALateCrashDoesNotPassAsync(string kind, string fields)
    {
        var service = Service("command: [sh, -c, 'sleep 5; exit 1']").Replace("kind: Deployment", $"kind: {kind}", StringComparison.Ordinal)
            .Replace("spec:\n  selector", $"spec:\n  minReadySeconds: 8\n  {fields}\n  selector", StringComparison.Ordinal);

        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings with { MaxRestarts = 1 }, ShortTest(2), ("api.yaml", service));

        Assert.AreSequenceEqual([$"api.yaml(13) KTR4004"], run.Failures, run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task ACrashLoopBesideAnAssertionDoesNotPass()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings with { MaxRestarts = 2 }, ("api.yaml", Service("command: [sh, -c, 'sleep 1; exit 1']")), ("api.assert.yaml", """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: api}
            status: {readyReplicas: 1}
            """));

        Assert.AreSequenceEqual(["api.yaml(11) KTR4004"], run.Failures, run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AServiceThatCrashedOnceHasToRunForAWhileAndPasses()
    {
        const string OnlyOnce = "command: [sh, -c, 'test -e /data/once || { touch /data/once; exit 1; }; exec sleep 600'], volumeMounts: [{name: data, mountPath: /data}]";
        var pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: api}
            spec: {terminationGracePeriodSeconds: 0, volumes: [{name: data, emptyDir: {}}], containers: [{name: main, image: BUSYBOX, CONTAINER}]}
            """.Replace("CONTAINER", OnlyOnce, StringComparison.Ordinal);
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ShortTest(2), ("api.yaml", pod));

        Assert.IsTrue(run.Verdict.Passed, run.All);
        StringAssert.Contains(run.Log.Text, "restarted after exit code 1; is it stable?");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task ATestOfReadinessThatIsReadyForMomentsDoesNotPass()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings with { MaxRestarts = 2 },
            ("api.yaml", Service("command: [sh, -c, 'exit 1']").Replace("labels: {app: api}", "labels: {app: api, kontrakt: readiness}", StringComparison.Ordinal)));

        Assert.AreSequenceEqual(["api.yaml(11) KTR4004"], run.Failures, run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AFailedTestShowsWhatCrashedBesideIt()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings,
            ("short.yaml", Short.Replace("[sleep, \"SECONDS\"]", "[sh, -c, 'sleep 4; echo Connection refused; exit 1']", StringComparison.Ordinal)),
            ("api.yaml", Service("command: [sh, -c, 'echo cannot open the database; exit 3']")));

        Assert.AreSequenceEqual(["short.yaml(4) KTR4001"], run.Failures, run.All);
        StringAssert.Matches(run.Verdict.Failures[0].Message, new("Connection refused\nNot ready at the time: deployment/api: .*\ncontainer 'main' of pod api-[^:]*: .* restarts?; ended with exit code 3. Last lines of its log:\n  cannot open the database"));
    }
}
