using Kontrakt.Engine.Store;

namespace Engine.Tests.Pods.Running;

/// <summary>A deleted pod ends within its grace, whatever it is doing, and leaves nothing.</summary>
[TestClass]
public sealed class Endings
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
    public async Task ItEndsByItselfWhenAskedAndItsLastStatusIsFinal()
    {
        var key = engine.Create("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'trap \"echo bye; exit 5\" TERM; echo up; while true; do sleep 0.1; done']}]}");
        await engine.ContainerAsync(key, "main", status => status.Text("ready") == "true");
        await UpAsync(key);

        engine.Objects.Delete(key, new());
        var last = await LastAsync(key);

        Assert.AreEqual(("5", "False"), (last.View.Text("status", "containerStatuses", 0, "state", "terminated", "exitCode"), last.View.Condition("Ready")!["status"]!.ToString()));
        CollectionAssert.Contains(engine.Events(key).ToArray(), "Killing: Stopping container main");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OneThatIgnoresTheSignalIsKilled()
    {
        var key = engine.Create("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'trap \"\" TERM; while true; do sleep 0.1; done']}]}");
        await engine.ContainerAsync(key, "main", status => status.Text("ready") == "true");

        engine.Objects.Delete(key, new(GracePeriodSeconds: 1));
        var last = await LastAsync(key);

        Assert.AreEqual("137", last.View.Text("status", "containerStatuses", 0, "state", "terminated", "exitCode"));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("{containers: [{name: main, image: 'test.registry:5000/nothere:1'}]}", "ImagePullBackOff")]
    [DataRow("{containers: [{name: main, image: IMAGE, command: ['false']}]}", "CrashLoopBackOff")]
    [DataRow("{containers: [{name: main, image: IMAGE, envFrom: [{configMapRef: {name: none}}]}]}", "CreateContainerConfigError")]
    [DataRow("{initContainers: [{name: i, image: IMAGE, command: [sleep, '1000']}], containers: [{name: main, image: IMAGE}]}", "PodInitializing")]
    [DataRow("{volumes: [{name: v, secret: {secretName: none}}], containers: [{name: main, image: IMAGE}]}", "ContainerCreating")]
    public async Task OneThatWaitsIsGoneAtOnce(string spec, string reason)
    {
        var key = engine.Create(spec);
        await engine.ContainerAsync(key, "main", status => status.Text("state", "waiting", "reason") == reason);

        engine.Objects.Delete(key, new(GracePeriodSeconds: 1));

        await engine.UntilGoneAsync(key);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task DeletedByForceItIsGoneFromTheApiAndFromTheMachine()
    {
        var key = engine.Create("{volumes: [{name: v, emptyDir: {medium: Memory}}], containers: [{name: main, image: IMAGE, command: [sleep, '1000'], volumeMounts: [{name: v, mountPath: /v}]}]}");
        await engine.ContainerAsync(key, "main", status => status.Text("ready") == "true");
        var uid = engine.Get(key).Uid;
        StringAssert.Contains(File.ReadAllText("/proc/self/mounts"), uid, StringComparison.Ordinal);

        engine.Objects.Delete(key, new(GracePeriodSeconds: 0));

        await GoneAsync(Path.Combine(engine.PodsFolder, uid));
        await GoneAsync(Path.Combine(engine.MemoryFolder, uid));
        Assert.IsFalse(File.ReadAllText("/proc/self/mounts").Contains(uid, StringComparison.Ordinal));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ThePreStopHookRunsBeforeTheSignal()
    {
        var key = engine.Create("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'trap \"cat /tmp/hook > /dev/termination-log; exit 0\" TERM; while true; do sleep 0.1; done'], lifecycle: {preStop: {exec: {command: [sh, -c, 'echo hooked > /tmp/hook']}}}}]}");
        await engine.ContainerAsync(key, "main", status => status.Text("ready") == "true");

        engine.Objects.Delete(key, new());
        var last = await LastAsync(key);

        Assert.AreEqual("hooked\n", last.View.Text("status", "containerStatuses", 0, "state", "terminated", "message"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task APostStartHookThatFailsEndsTheContainer()
    {
        var key = engine.Create("{restartPolicy: Never, terminationGracePeriodSeconds: 1, containers: [{name: main, image: IMAGE, command: [sleep, '1000'], lifecycle: {postStart: {exec: {command: ['false']}}}}]}");

        var pod = await engine.EndAsync(key);

        Assert.AreEqual("137", pod.Text("status", "containerStatuses", 0, "state", "terminated", "exitCode"));
        CollectionAssert.IsSubsetOf(new[] { "FailedPostStartHook: PostStartHook failed", "Killing: FailedPostStartHook" }, engine.Events(key).ToArray());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task FoldersOfAnyDepthAndLinksGoWithThePod()
    {
        // 4016 letters deep: a path in the container, but too long for one on the engine's side.
        engine.CreateObject(Kinds.ConfigMap, "{apiVersion: v1, kind: ConfigMap, metadata: {name: cm}, data: {a: x}}");
        var key = engine.Create("{restartPolicy: Never, volumes: [{name: e, emptyDir: {}}, {name: c, configMap: {name: cm}}], containers: [{name: main, image: IMAGE, command: [sh, -c, 'cd /e && ln -s /etc up && n=$(printf %0250d 0) && for i in $(seq 16); do mkdir $n && cd $n || exit 1; done'], volumeMounts: [{name: e, mountPath: /e}, {name: c, mountPath: /c}]}]}");
        var pod = await engine.EndAsync(key);
        Assert.AreEqual("Succeeded", pod.Text("status", "phase"));

        engine.Objects.Delete(key, new());

        await GoneAsync(Path.Combine(engine.PodsFolder, pod.Uid));
        await GoneAsync(Path.Combine(engine.MemoryFolder, pod.Uid));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AFinishedPodIsGoneAtOnceAndItsLogWithIt()
    {
        var key = engine.Create("{restartPolicy: Never, containers: [{name: main, image: IMAGE, command: [echo, hi]}]}");
        var uid = (await engine.EndAsync(key)).Uid;

        engine.Objects.Delete(key, new());

        Assert.IsNull(engine.Store.Find(key));
        await GoneAsync(Path.Combine(engine.PodsFolder, uid));
    }

    private static async Task UpAsync(ObjectKey key)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var output = new SeenStream("up\n");
        await Task.WhenAny(engine.Logs.ReadAsync(engine.Store.Find(key)!, new("main") { Follow = true }, output, limit.Token), output.Seen);
    }

    /// <summary>The pod as it was when it went.</summary>
    private static async Task<StoredObject> LastAsync(ObjectKey key)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        await foreach (var change in engine.Store.WatchAsync(Kinds.Pod, "ns", 0, limit.Token))
        {
            if (change.Object.Key == key && change.Type == ChangeType.Deleted)
                return change.Object;
        }
        throw new InvalidOperationException("a watch does not end");
    }

    private static async Task GoneAsync(string folder)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(folder)!) { NotifyFilter = NotifyFilters.DirectoryName };
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Deleted += (_, _) =>
        {
            if (!Directory.Exists(folder))
                gone.TrySetResult();
        };
        watcher.EnableRaisingEvents = true;
        if (Directory.Exists(folder))
            await gone.Task.WaitAsync(limit.Token);
    }
}
