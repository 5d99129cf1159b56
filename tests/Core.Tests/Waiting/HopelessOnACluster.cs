using Kontrakt.Diagnostics;
using Kontrakt.Oci.Tests.Infra;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Kontrakt.Tests.Judging;

namespace Kontrakt.Tests.Waiting;

[TestClass]
public sealed class HopelessOnACluster
{
    /// <summary>A test that would run on for long: what is hopeless must not wait for it.</summary>
    private const string Slow = """
        apiVersion: v1
        kind: Pod
        metadata: {name: slow, labels: {kontrakt: test}}
        spec: {restartPolicy: Never, terminationGracePeriodSeconds: 0, containers: [{name: main, image: BUSYBOX, command: [sleep, "600"]}]}
        """;

    /// <param name="container">The lines of its one container after the name, indented by six.</param>
    private static string Deployment(string container) => """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: server}
        spec:
          replicas: 2
          selector: {matchLabels: {app: server}}
          template:
            metadata: {labels: {app: server}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
                - name: web

        """ + string.Join('\n', container.Split('\n').Select(line => "    " + line));

    [TestMethod]
    [Timeout(300_000)]
    public async Task ACrashLoopEndsTheWaitWithTheLastLogLines()
    {
        await using var run = await JudgeAsync(ClusterRun.Settings with { MaxRestarts = 1 }, Deployment("""
                  image: BUSYBOX
                  command: [sh, -c, echo cannot find the database; exit 3]
            """));

        Assert.AreSequenceEqual(["server.yaml(12) KTR4004"], run.Failures, run.All);
        StringAssert.Contains(run.Verdict.Failures[0].Message, "container 'web' of deployment/server keeps crashing");
        StringAssert.Contains(run.Verdict.Failures[0].Message, "exit code 3");
        StringAssert.Contains(run.Verdict.Failures[0].Message, "\n  cannot find the database");
        Assert.IsNotEmpty(Directory.GetFiles(run.LogDirectory, "web.previous.log", SearchOption.AllDirectories));
        StringAssert.Contains(await File.ReadAllTextAsync(Path.Combine(run.LogDirectory, "status.txt")), "deployment/server");
        StringAssert.Contains(await File.ReadAllTextAsync(Path.Combine(run.LogDirectory, "events.txt")), "Scheduled: Successfully assigned");
    }

    [TestMethod]
    [Timeout(300_000)]
    [TestCategory("not-on-the-engine")]
    public async Task AMissingImageIsReportedAtItsLine()
    {
        await using var run = await JudgeAsync(ClusterRun.Settings with { Repository = "localhost:5000" }, Deployment("      image: localhost:5000/kr/absent:1"));

        Assert.AreSequenceEqual(["server.yaml(13) KTR4005"], run.Failures, run.All);
        StringAssert.Contains(run.All, "the image 'localhost:5000/kr/absent:1' cannot be pulled by the cluster");
        StringAssert.Contains(run.All, "It cannot be pulled from here either.");
    }

    [TestMethod]
    [Timeout(300_000)]
    [TestCategory("not-on-the-engine")]
    public async Task AnImageThatOnlyTheClusterCannotReachSaysSo()
    {
        // Under the name that the cluster has for the repository, there is nothing.
        await using var registry = await DockerRegistry.StartAsync();
        var image = await TestImage.BusyboxAsync(registry.Host);

        await using var run = await JudgeAsync(ClusterRun.Settings with { Repository = registry.Host, PullRepository = "localhost:5000/kr-elsewhere" }, Deployment($"      image: {image.Replace(registry.Host, "localhost:5000/kr-elsewhere", StringComparison.Ordinal)}"));

        Assert.AreSequenceEqual(["server.yaml(13) KTR4005"], run.Failures, run.All);
        StringAssert.Contains(run.All, "It can be pulled from here, and it is in this run's own registry. If the cluster knows that registry by another name, set KontraktPullRepository");
    }

    [TestMethod]
    [Timeout(300_000)]
    [TestCategory("not-on-the-engine")]
    public async Task AnImageThatCannotBeIsReportedAtItsLine()
    {
        await using var run = await JudgeAsync(ClusterRun.Settings, Deployment("      image: Not/Valid:1"));

        Assert.AreSequenceEqual(["server.yaml(13) KTR4005"], run.Failures, run.All);
        StringAssert.Contains(run.All, "Not/Valid:1");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AMissingKeyIsReportedWhereItIsNamed()
    {
        await using var run = await JudgeAsync(ClusterRun.Settings, Deployment("""
                  image: BUSYBOX
                  env:
                    - name: COLOUR
                      valueFrom:
                        configMapKeyRef:
                          name: settings
                          key: color
            """), """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {colour: blue}
            """);

        Assert.AreSequenceEqual(["server.yaml(19) KTR4007"], run.Failures, run.All);
        StringAssert.Contains(run.Verdict.Failures[0].Message, "couldn't find key color in ConfigMap");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AMissingVolumeSourceIsReportedWhereItIsNamed()
    {
        await using var run = await JudgeAsync(ClusterRun.Settings, """
            apiVersion: v1
            kind: Pod
            metadata: {name: server}
            spec:
              volumes:
                - name: config
                  secret:
                    secretName: absent
              containers:
                - {name: web, image: BUSYBOX, command: [sleep, "600"], volumeMounts: [{name: config, mountPath: /config}]}
            """);

        Assert.AreSequenceEqual(["server.yaml(8) KTR4007"], run.Failures, run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task ACommandThatDoesNotExistIsReportedAtTheCommand()
    {
        await using var run = await JudgeAsync(ClusterRun.Settings, Deployment("""
                  image: BUSYBOX
                  command: [/nope]
            """));

        Assert.AreSequenceEqual(["server.yaml(14) KTR4007"], run.Failures, run.All);
        StringAssert.Contains(run.Verdict.Failures[0].Message, "no such file or directory");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task APodThatFitsNowhereIsReportedAtItsRequests()
    {
        await using var run = await JudgeAsync(ClusterRun.Settings with { UnschedulableGrace = TimeSpan.FromSeconds(2) }, Deployment("""
                  image: BUSYBOX
                  resources:
                    requests: {cpu: "1000"}
            """), """
            apiVersion: v1
            kind: Pod
            metadata: {name: other}
            spec:
              nodeSelector: {disk: none}
              containers: [{name: main, image: BUSYBOX}]
            """);

        Assert.AreSequenceEqual(["other.yaml(5) KTR4008", "server.yaml(15) KTR4008"], run.Failures, run.All);
        StringAssert.Contains(run.All, "Insufficient cpu");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AFailedJobEndsTheWaitWithItsLog()
    {
        await using var run = await JudgeAsync(ClusterRun.Settings, """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: seed}
            spec:
              backoffLimit: 0
              template:
                spec: {restartPolicy: Never, containers: [{name: main, image: BUSYBOX, command: [sh, -c, echo no seed; exit 5]}]}
            """);

        Assert.AreSequenceEqual(["server.yaml(7) KTR4006"], run.Failures, run.All);
        StringAssert.Contains(run.All, "job/seed failed: container 'main' ended with exit code 5; Job has reached");
        StringAssert.Contains(run.All, "\n  no seed");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AFailedPodIsReportedAtItsInitContainer()
    {
        await using var run = await JudgeAsync(ClusterRun.Settings, """
            apiVersion: v1
            kind: Pod
            metadata: {name: server}
            spec:
              restartPolicy: Never
              initContainers:
                - {name: prepare, image: BUSYBOX, command: [sh, -c, echo no disk; exit 100]}
              containers:
                - {name: web, image: BUSYBOX, command: [sleep, "600"]}
            """);

        Assert.AreSequenceEqual(["server.yaml(7) KTR4011"], run.Failures, run.All);
        StringAssert.Contains(run.All, "init container 'prepare' ended with exit code 100");
        StringAssert.Contains(run.All, "\n  no disk");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task TheEndOfTheBudgetNamesWhatWasNotReadyAndItsLastState()
    {
        await using var run = await JudgeAsync(ClusterRun.Settings with { Timeout = TimeSpan.FromSeconds(20) }, Deployment("""
                  image: BUSYBOX
                  command: [sleep, "600"]
                  readinessProbe: {exec: {command: [sh, -c, echo warming up; exit 1]}, periodSeconds: 1}
            """));

        Assert.AreSequenceEqual(["server.yaml(15) KTR4003", "slow.yaml(1) KTR4002"], run.Failures, run.All);
        StringAssert.Contains(run.All, "deployment/server did not become ready within 20 s; last seen: 0 of 2 pods are available; pod server-");
        StringAssert.Contains(run.All, "warming up");
        StringAssert.Contains(run.All, "test 'pod/slow' did not end within 20 s");
        StringAssert.Contains(run.All, "Raise KontraktTimeout");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task ATestsOwnLimitEndsIt()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("slow.yaml", Slow.Replace("labels:", "annotations: {kontrakt/timeout: 3s}, labels:", StringComparison.Ordinal)));

        Assert.AreSequenceEqual(["slow.yaml(1) KTR4002"], run.Failures, run.All);
        StringAssert.Contains(run.All, "within 3 s");
        StringAssert.Contains(run.All, "Raise its annotation kontrakt/timeout");
    }

    [TestMethod]
    [Timeout(300_000)]
    [TestCategory("not-on-the-engine")]
    public async Task AnObjectsOwnLimitEndsTheWait()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("slow.yaml", Slow), ("claim.yaml", """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: never, annotations: {kontrakt/timeout: 2s}}
            spec:
              storageClassName: there-is-none
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Mi}}
            """));

        Assert.AreSequenceEqual(["claim.yaml(1) KTR4003"], run.Failures, run.All);
        StringAssert.Contains(run.All, "did not become ready within 2 s");
        StringAssert.Contains(run.All, "Raise its annotation kontrakt/timeout");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AnIgnoredObjectIsNotWaitedFor()
    {
        var server = Deployment("      image: localhost:5000/kr/absent:1").Replace("{name: server}", "{name: server, annotations: {kontrakt/wait: \"false\"}}", StringComparison.Ordinal);

        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("server.yaml", server), ("quick.yaml", Slow.Replace("[sleep, \"600\"]", "[\"true\"]", StringComparison.Ordinal)));

        Assert.IsTrue(run.Verdict.Passed, run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task ALostClusterIsADiagnostic()
    {
        await using var run = await ClusterRun.ApplyAsync(ClusterRun.Settings, ("slow.yaml", Slow));
        using var nobody = new Kubernetes.Client.ClusterClient(run.Lease.Caller.Connection with { Server = new("https://127.0.0.1:1") }, new() { RetryBudget = TimeSpan.FromSeconds(1) });

        using var watch = await KontraktWatch.OpenAsync(run.Work, fromTheBeginning: false, CancellationToken.None);
        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() =>
            KontraktWaiter.WaitAsync(run.Work with { Lease = run.Lease with { Caller = nobody } }, watch, DateTimeOffset.UtcNow.AddMinutes(1), CancellationToken.None));

        Assert.AreEqual("KTR3009", error.Diagnostics.Single().Code);
        StringAssert.Contains(error.Message, "waiting for test pod/slow");
    }

    private static Task<ClusterRun> JudgeAsync(KontraktSettings settings, string server, string? other = null) =>
        ClusterRun.JudgeAsync(settings, [("slow.yaml", Slow), ("server.yaml", server), .. other is null ? Array.Empty<(string, string)>() : [("other.yaml", other)]]);
}
