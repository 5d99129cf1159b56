using Kontrakt.Engine.Pods.Sandboxes;
using Kontrakt.Engine.Pods.Sandboxes.Limits;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Pods.Running;

/// <summary>Real pods run, end, restart and fail as on a cluster, and say so in the same words.</summary>
[TestClass]
public sealed class PodLives
{
    private static EngineFixture engine = null!;

    [ClassInitialize]
    public static async Task Start(TestContext _) => engine = await EngineFixture.StartAsync();

    [ClassCleanup]
    public static async Task Stop()
    {
        if (engine is not null)
            await engine.DisposeAsync();
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("sh, -c, echo hi", "Succeeded", "0", "Completed", "")]
    [DataRow("sh, -c, echo hi; echo bad > /dev/termination-log; exit 3", "Failed", "3", "Error", "bad\n")]
    public async Task APodRunsToItsEnd(string command, string phase, string code, string reason, string message)
    {
        var key = engine.Create($"{{restartPolicy: Never, containers: [{{name: main, image: IMAGE, command: [{command}]}}]}}");

        var pod = await engine.EndAsync(key);

        var ended = new KubernetesObject((System.Text.Json.Nodes.JsonObject)pod.At("status", "containerStatuses", 0, "state", "terminated")!.DeepClone());
        Assert.AreEqual((phase, code, reason, message), (pod.Text("status", "phase"), ended.Text("exitCode"), ended.Text("reason"), ended.Text("message")));
        Assert.AreEqual("hi\n", await engine.LogAsync(key));
        StringAssert.StartsWith(ended.Text("containerID"), "kontrakt://", StringComparison.Ordinal);
        StringAssert.Matches(pod.Text("status", "containerStatuses", 0, "imageID"), new("^test.registry:5000/busybox@sha256:"));
        StringAssert.StartsWith(pod.Text("status", "podIP"), "10.244.", StringComparison.Ordinal);
        CollectionAssert.IsSubsetOf(new[] { "Created: Created container main", "Started: Started container main", $"Scheduled: Successfully assigned ns/{key.Name} to kontrakt" }, engine.Events(key).ToArray());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AContainerThatEndsIsRestartedAtOnceAndThenBackedOff()
    {
        var key = engine.Create("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'echo run; exit 4']}]}");

        var status = await engine.ContainerAsync(key, "main", status => status.Text("state", "waiting", "reason") == "CrashLoopBackOff");

        var pod = engine.Get(key);
        Assert.AreEqual($"back-off 10s restarting failed container=main pod={key.Name}_ns({pod.Uid})", status.Text("state", "waiting", "message"));
        Assert.AreEqual(("1", "4", "Error", "Running"), (status.Text("restartCount"), status.Text("lastState", "terminated", "exitCode"), status.Text("lastState", "terminated", "reason"), pod.Text("status", "phase")));
        Assert.AreEqual("run\n", await engine.LogAsync(key, previous: true));
        CollectionAssert.Contains(engine.Events(key).ToArray(), $"BackOff: Back-off restarting failed container main in pod {key.Name}_ns({pod.Uid})");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OnFailureTriesAgainUntilItSucceeds()
    {
        var key = engine.Create("{restartPolicy: OnFailure, volumes: [{name: v, emptyDir: {}}], containers: [{name: main, image: IMAGE, command: [sh, -c, 'test -e /v/x || { touch /v/x; exit 1; }'], volumeMounts: [{name: v, mountPath: /v}]}]}");

        var pod = await engine.EndAsync(key);

        Assert.AreEqual(("Succeeded", "1", "1"), (pod.Text("status", "phase"), pod.Text("status", "containerStatuses", 0, "restartCount"), pod.Text("status", "containerStatuses", 0, "lastState", "terminated", "exitCode")));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task InitContainersRunInOrderBeforeTheOthers()
    {
        var key = engine.Create("""
            {restartPolicy: Never, volumes: [{name: v, emptyDir: {}}],
             initContainers: [{name: a, image: IMAGE, command: [sh, -c, 'echo a >> /v/log'], volumeMounts: [{name: v, mountPath: /v}]}, {name: b, image: IMAGE, command: [sh, -c, 'echo b >> /v/log'], volumeMounts: [{name: v, mountPath: /v}]}],
             containers: [{name: main, image: IMAGE, command: [cat, /v/log], volumeMounts: [{name: v, mountPath: /v}]}]}
            """);

        var pod = await engine.EndAsync(key);

        Assert.AreEqual("a\nb\n", await engine.LogAsync(key, "main"));
        Assert.AreEqual(("true", "PodCompleted"), (pod.Text("status", "initContainerStatuses", 1, "ready"), pod.Condition("Initialized")!["reason"]!.ToString()));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WhileAnInitContainerRunsThePodIsNotInitialized()
    {
        var key = engine.Create("{initContainers: [{name: i, image: IMAGE, command: [sleep, '1000']}], containers: [{name: main, image: IMAGE}]}");

        await engine.ContainerAsync(key, "i", status => status.Text("started") == "true");
        // Whatever follows from its start has followed when a command has run in it.
        await engine.Exec.ExecAsync(engine.Store.Find(key)!, new("i", ["true"], null, Stream.Null, Stream.Null), CancellationToken.None);

        Assert.AreEqual("false", EngineFixture.Container(engine.Get(key), "i")!.Text("ready"));
        Assert.AreEqual(("False", "containers with incomplete status: [i]"), (engine.Get(key).Condition("Initialized")!["status"]!.ToString(), engine.Get(key).Condition("Initialized")!["message"]!.ToString()));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AnInitContainerThatFailsForGoodFailsThePod()
    {
        var key = engine.Create("{restartPolicy: Never, initContainers: [{name: a, image: IMAGE, command: ['false']}], containers: [{name: main, image: IMAGE, command: ['true']}]}");

        var pod = await engine.EndAsync(key);

        Assert.AreEqual(("Failed", "PodInitializing"), (pod.Text("status", "phase"), pod.Text("status", "containerStatuses", 0, "state", "waiting", "reason")));
        Assert.AreEqual("containers with incomplete status: [a]", pod.Condition("Initialized")!["message"]!.ToString());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ASidecarRunsBesideAndEndsAfterTheOthers()
    {
        var key = engine.Create("""
            {restartPolicy: Never, volumes: [{name: v, emptyDir: {}}],
             initContainers: [{name: side, image: IMAGE, restartPolicy: Always, command: [sh, -c, 'trap "exit 0" TERM; touch /v/up; while true; do sleep 0.1; done'], volumeMounts: [{name: v, mountPath: /v}],
               startupProbe: {exec: {command: [test, -e, /v/up]}, periodSeconds: 1}}],
             containers: [{name: main, image: IMAGE, command: [test, -e, /v/up], volumeMounts: [{name: v, mountPath: /v}]}]}
            """);

        var pod = await engine.EndAsync(key);

        Assert.AreEqual(("Succeeded", "0", "0"), (pod.Text("status", "phase"), pod.Text("status", "containerStatuses", 0, "state", "terminated", "exitCode"), pod.Text("status", "initContainerStatuses", 0, "state", "terminated", "exitCode")));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task APodThatTakesTooLongIsEnded()
    {
        var key = engine.Create("{activeDeadlineSeconds: 1, terminationGracePeriodSeconds: 1, containers: [{name: main, image: IMAGE, command: [sleep, '1000']}]}");

        var pod = await engine.EndAsync(key);

        Assert.AreEqual(("Failed", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline", "137"), (pod.Text("status", "phase"), pod.Text("status", "reason"), pod.Text("status", "message"), pod.Text("status", "containerStatuses", 0, "state", "terminated", "exitCode")));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task APodThatTakesTooLongHasFailedWhateverItAnswers()
    {
        var key = engine.Create("""{restartPolicy: Never, activeDeadlineSeconds: 1, containers: [{name: main, image: IMAGE, command: [sh, -c, "trap 'exit 0' TERM; sleep 1000 & wait"]}]}""");

        var pod = await engine.EndAsync(key);

        Assert.AreEqual(("Failed", "DeadlineExceeded", "0"), (pod.Text("status", "phase"), pod.Text("status", "reason"), pod.Text("status", "containerStatuses", 0, "state", "terminated", "exitCode")));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("image: 'test.registry:5000/nothere:1'", "ImagePullBackOff", "Back-off pulling image \"test.registry:5000/nothere:1\"")]
    [DataRow("image: 'test.registry:5000/nothere:1', imagePullPolicy: Never", "ErrImageNeverPull", "Container image \"test.registry:5000/nothere:1\" is not present with pull policy of Never")]
    [DataRow("image: 'Bad//Name:::1'", "InvalidImageName", null)]
    [DataRow("image: IMAGE, env: [{name: A, valueFrom: {configMapKeyRef: {name: none, key: k}}}]", "CreateContainerConfigError", "configmap \"none\" not found")]
    [DataRow("image: IMAGE, securityContext: {runAsNonRoot: true}", "CreateContainerConfigError", "container has runAsNonRoot and image will run as root (pod: \"NAME_ns(UID)\", container: main)")]
    public async Task AContainerThatCannotStartSaysWhy(string container, string reason, string? message)
    {
        var key = engine.Create($"{{containers: [{{name: main, {container}}}]}}");

        var status = await engine.ContainerAsync(key, "main", status => status.Text("state", "waiting", "reason") == reason);

        if (message is not null)
            Assert.AreEqual(message.Replace("NAME", key.Name, StringComparison.Ordinal).Replace("UID", engine.Get(key).Uid, StringComparison.Ordinal), status.Text("state", "waiting", "message"));
        await engine.UntilEventAsync(key, reason is "CreateContainerConfigError" ? $"Error: {status.Text("state", "waiting", "message")}" : $"Failed: Error: {reason}");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WhatWasMissingMayComeLater()
    {
        var key = engine.Create("{restartPolicy: Never, volumes: [{name: v, configMap: {name: late}}], containers: [{name: main, image: IMAGE, command: [sh, -c, 'cat /v/k; echo $A'], volumeMounts: [{name: v, mountPath: /v}], env: [{name: A, valueFrom: {secretKeyRef: {name: late, key: k}}}]}]}");

        await engine.UntilEventAsync(key, "FailedMount: MountVolume.SetUp failed for volume \"v\" : configmap \"late\" not found");
        engine.CreateObject(Kontrakt.Engine.Store.Kinds.ConfigMap, "{apiVersion: v1, kind: ConfigMap, metadata: {name: late}, data: {k: one}}");
        await engine.ContainerAsync(key, "main", status => status.Text("state", "waiting", "reason") == "CreateContainerConfigError");
        engine.CreateObject(Kontrakt.Engine.Store.Kinds.Secret, "{apiVersion: v1, kind: Secret, metadata: {name: late}, data: {k: dHdv}}");

        Assert.AreEqual("onetwo\n", await engine.OutputAsync(key));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AProgramThatIsNotThereIsAStartError()
    {
        var key = engine.Create("{restartPolicy: Never, containers: [{name: main, image: IMAGE, command: [/nope]}]}");

        var pod = await engine.EndAsync(key);

        Assert.AreEqual(("128", "StartError"), (pod.Text("status", "containerStatuses", 0, "state", "terminated", "exitCode"), pod.Text("status", "containerStatuses", 0, "state", "terminated", "reason")));
        StringAssert.Contains(pod.Text("status", "containerStatuses", 0, "state", "terminated", "message"), "no such file or directory", StringComparison.Ordinal);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AContainerOverItsMemoryLimitIsKilledAndThatIsSaid()
    {
        if (ContainerMachine.Current.Restrictions.Any(restriction => restriction.Contains("memory", StringComparison.OrdinalIgnoreCase)))
            Assert.Inconclusive($"skipped: {string.Join("; ", ContainerMachine.Current.Restrictions)}");
        var key = engine.Create("{restartPolicy: Never, containers: [{name: main, image: IMAGE, command: [tail, /dev/zero], resources: {limits: {memory: 20Mi}}}]}");

        var pod = await engine.EndAsync(key);

        Assert.AreEqual(("137", "OOMKilled"), (pod.Text("status", "containerStatuses", 0, "state", "terminated", "exitCode"), pod.Text("status", "containerStatuses", 0, "state", "terminated", "reason")));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("{}", 0)]
    [DataRow("{requests: {memory: 1Ti}}", 1L << 40)]
    [DataRow("{limits: {memory: 64Mi}}", 64L << 20)]
    public async Task AContainerThatSaysNothingOfMemoryHasAPartOfTheMachines(string resources, long expected)
    {
        if (ContainerMachine.Current.Restrictions.Any(restriction => restriction.Contains("memory", StringComparison.OrdinalIgnoreCase)))
            Assert.Inconclusive($"skipped: {string.Join("; ", ContainerMachine.Current.Restrictions)}");
        // Not the scheduler's, which would refuse what no machine has.
        var key = engine.Create($"{{restartPolicy: Never, nodeName: kontrakt, containers: [{{name: main, image: IMAGE, resources: {resources}, command: [sh, -c, 'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null; cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null']}}]}}");

        var said = (await engine.OutputAsync(key)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var memory = expected == 0 ? MachineShare.Current.ContainerMemoryBytes : expected;
        Assert.AreEqual(2, said.Length, string.Join(' ', said));
        Assert.IsTrue(Math.Abs(memory - long.Parse(said[0], System.Globalization.CultureInfo.InvariantCulture)) < 1 << 20, said[0]);
        Assert.AreEqual($"{MachineShare.Current.ContainerProcesses}", said[1]);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AnImageIsPulledOnceAndThenThere()
    {
        var first = engine.Create("{restartPolicy: Never, containers: [{name: main, image: 'test.registry:5000/app:1', imagePullPolicy: Always}]}");
        await engine.EndAsync(first);
        var second = engine.Create("{restartPolicy: Never, containers: [{name: main, image: 'test.registry:5000/app:1'}]}");
        await engine.EndAsync(second);

        Assert.IsTrue(engine.Events(first).Any(each => each.StartsWith("Pulled: Successfully pulled image \"test.registry:5000/app:1\" in ", StringComparison.Ordinal)));
        CollectionAssert.Contains(engine.Events(second).ToArray(), "Pulled: Container image \"test.registry:5000/app:1\" already present on machine");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WhatTheEngineDoesNotHaveFailsThePodAndSaysTheWayOut()
    {
        var key = engine.CreateUnchecked("{volumes: [{name: v, hostPath: {path: /}}], containers: [{name: main, image: IMAGE, securityContext: {privileged: true}}]}");

        var pod = await engine.EndAsync(key);

        Assert.AreEqual("Unsupported", pod.Text("status", "reason"));
        StringAssert.Contains(pod.Text("status", "message"), "volume 'v' of type hostPath; the embedded engine does not support container 'main': securityContext.privileged", StringComparison.Ordinal);
    }
}
