using System.Diagnostics;
using Kontrakt.Engine.Pods.Logs;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Pods.Running;

/// <summary>What one pod is or does is its own trouble: the node and its other pods go on.</summary>
[TestClass]
public sealed class BadLuck
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
    [DataRow("{containers: 5}")]
    [DataRow("{containers: []}")]
    [DataRow("{containers: [{name: 7, image: 8, command: 9, env: 10, volumeMounts: 11}]}")]
    [DataRow("{restartPolicy: [], containers: [{image: {}}]}")]
    [DataRow("{terminationGracePeriodSeconds: -9223372036854775808, activeDeadlineSeconds: 9223372036854775807, containers: [{name: main, image: IMAGE, command: [sleep, '1000'], livenessProbe: {exec: {command: 5}, periodSeconds: 9223372036854775807, initialDelaySeconds: -1}}]}")]
    [DataRow("{volumes: 5, containers: [{name: main, image: IMAGE, volumeMounts: [{name: none, mountPath: /x}]}]}")]
    [DataRow("{volumes: [{name: '../../x', emptyDir: {}}, {name: v, secret: 5}], containers: [{name: '../y', image: IMAGE, workingDir: relative, terminationMessagePath: '../../../etc/shadow'}]}")]
    [DataRow("{securityContext: {runAsUser: -5, fsGroup: x, supplementalGroups: {}}, containers: [{name: main, image: IMAGE, resources: {limits: {cpu: -1, memory: 1e400}}}]}")]
    public async Task APodThatMakesNoSenseHarmsNoOther(string spec)
    {
        var odd = engine.CreateUnchecked(spec);
        var sound = engine.Create("{restartPolicy: Never, containers: [{name: main, image: IMAGE, command: [echo, sound]}]}");

        Assert.AreEqual("sound\n", await engine.OutputAsync(sound));
        await engine.UntilAsync(odd, pod => pod.Text("spec", "nodeName").Length > 0);
        engine.Objects.Delete(odd, new(GracePeriodSeconds: 1));
        await engine.UntilGoneAsync(odd);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task ManyPodsRunAtOnce()
    {
        var keys = Enumerable.Range(0, 40).Select(i => engine.Create($"{{restartPolicy: Never, containers: [{{name: main, image: IMAGE, command: [echo, '{i}']}}]}}")).ToList();

        var outputs = await Task.WhenAll(keys.Select(engine.OutputAsync));

        CollectionAssert.AreEqual(Enumerable.Range(0, 40).Select(i => $"{i}\n").ToArray(), outputs);
        Assert.AreEqual(40, keys.Select(key => engine.Get(key).Text("status", "podIP")).Distinct().Count());
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AContainerThatWritesAGigabyteKeepsItsEnd()
    {
        var watch = Stopwatch.StartNew();
        var key = engine.Create("{restartPolicy: Never, containers: [{name: main, image: IMAGE, command: [sh, -c, 'yes 0123456789abcdef | head -c 1000000000; echo; echo the end']}]}");

        var pod = await engine.EndAsync(key);

        Assert.AreEqual("Succeeded", pod.Text("status", "phase"));
        var logs = new DirectoryInfo(Path.Combine(engine.PodsFolder, pod.Uid, "logs")).GetFiles().Sum(file => file.Length);
        Assert.IsLessThanOrEqualTo(ContainerLog.Capacity + 1024 * 1024, logs);
        StringAssert.EndsWith(await engine.LogAsync(key), "\nthe end\n", StringComparison.Ordinal);
        Console.WriteLine($"a gigabyte of log in {watch.Elapsed}");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task TheEndOfTheEngineIsTheEndOfItsPods()
    {
        var other = await EngineFixture.StartAsync();
        var key = other.Create("{terminationGracePeriodSeconds: 1000, volumes: [{name: v, emptyDir: {medium: Memory}}], containers: [{name: main, image: IMAGE, command: [sh, -c, 'trap \"\" TERM; while true; do sleep 1; done'], volumeMounts: [{name: v, mountPath: /v}]}]}");
        await other.ContainerAsync(key, "main", status => status.Text("ready") == "true");
        var folder = other.PodsFolder;

        await other.DisposeAsync();

        Assert.IsFalse(Directory.Exists(folder));
        Assert.IsFalse(File.ReadAllText("/proc/self/mounts").Contains(folder, StringComparison.Ordinal));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task APodByTheNameOfOneThatIsStillEndingHasItsOwnStatus()
    {
        var key = engine.Create("{containers: [{name: main, image: IMAGE, command: [sleep, '1000']}]}");
        await engine.ContainerAsync(key, "main", status => status.Text("ready") == "true");
        engine.Objects.Delete(key, new(GracePeriodSeconds: 0));
        engine.Objects.Create(Kinds.Pod, "ns", PodJson.Pod($$"""{"restartPolicy": "Never", "containers": [{"name": "main", "image": "{{EngineFixture.Image}}", "command": ["echo", "second"]}]}""", key.Name));

        Assert.AreEqual("second\n", await engine.OutputAsync(key));
    }
}
