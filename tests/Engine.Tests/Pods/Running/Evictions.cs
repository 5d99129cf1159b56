namespace Engine.Tests.Pods.Running;

/// <summary>A pod that has more on the disk than it may is evicted, and says so.</summary>
[TestClass]
public sealed class Evictions
{
    private const long Usual = 24 << 20;
    private static EngineFixture engine = null!;

    [ClassInitialize]
    public static async Task Start(TestContext _) => engine = await EngineFixture.StartAsync(options => options with { PodStorageBytes = Usual });

    [ClassCleanup]
    public static async Task Stop()
    {
        if (engine is not null)
            await engine.DisposeAsync();
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("{volumes: [{name: v, emptyDir: {sizeLimit: 2Mi}}], containers: [{name: main, image: IMAGE, command: [sh, -c, 'dd if=/dev/zero of=/v/f bs=1M count=8; sleep 1000'], volumeMounts: [{name: v, mountPath: /v}]}]}",
        "Usage of EmptyDir volume \"v\" exceeds the limit \"2Mi\".")]
    [DataRow("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'dd if=/dev/zero of=/f bs=1M count=8; sleep 1000'], resources: {limits: {ephemeral-storage: 2Mi}}}]}",
        "Pod ephemeral local storage usage exceeds the total limit of containers 2Mi.")]
    [DataRow("{volumes: [{name: v, emptyDir: {}}], containers: [{name: main, image: IMAGE, command: [sh, -c, 'dd if=/dev/zero of=/v/f bs=1M count=8; sleep 1000'], volumeMounts: [{name: v, mountPath: /v}], resources: {limits: {ephemeral-storage: 2Mi}}}]}",
        "Pod ephemeral local storage usage exceeds the total limit of containers 2Mi.")]
    [DataRow("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'dd if=/dev/zero of=/dev/termination-log bs=1M count=8; sleep 1000'], resources: {limits: {ephemeral-storage: 2Mi}}}]}",
        "Pod ephemeral local storage usage exceeds the total limit of containers 2Mi.")]
    [DataRow("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'dd if=/dev/zero of=/etc/hosts bs=1M count=8; sleep 1000'], resources: {limits: {ephemeral-storage: 2Mi}}}]}",
        "Pod ephemeral local storage usage exceeds the total limit of containers 2Mi.")]
    [DataRow("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'for i in $(seq 600); do mkdir d; cd d; done; sleep 1000'], resources: {limits: {ephemeral-storage: 2Mi}}}]}",
        "Pod has folders nested more than 500 levels deep: the embedded engine cannot count their ephemeral local storage usage.")]
    [DataRow("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'yes | head -c 4000000; sleep 1000'], resources: {limits: {ephemeral-storage: 2Mi}}}]}",
        "Pod ephemeral local storage usage exceeds the total limit of containers 2Mi.")]
    [DataRow("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'dd if=/dev/zero of=/f bs=1M count=8; sleep 1000'], resources: {limits: {ephemeral-storage: 2Mi}}}, {name: other, image: IMAGE, command: [sleep, '1000'], resources: {limits: {ephemeral-storage: 16Mi}}}]}",
        "Container main exceeded its local ephemeral storage limit \"2Mi\".")]
    [DataRow("{volumes: [{name: v, emptyDir: {sizeLimit: 500Mi}}], containers: [{name: main, image: IMAGE, command: [sh, -c, 'dd if=/dev/zero of=/v/f bs=1M count=40; sleep 1000'], volumeMounts: [{name: v, mountPath: /v}]}]}",
        "Pod ephemeral local storage usage exceeds 24Mi, the limit of the embedded engine for pods without limits.ephemeral-storage.")]
    public async Task AreSaidInTheKubeletsWords(string spec, string message)
    {
        var key = engine.Create(spec);

        var pod = await engine.EndAsync(key);

        Assert.AreEqual(("Failed", "Evicted", message), (pod.Text("status", "phase"), pod.Text("status", "reason"), pod.Text("status", "message")));
        Assert.AreEqual("137", pod.Text("status", "containerStatuses", 0, "state", "terminated", "exitCode"));
        CollectionAssert.Contains(engine.Events(key).ToArray(), $"Evicted: {message}");
        await GoneAsync(Path.Combine(engine.PodsFolder, pod.Uid, "volumes"));
        await GoneAsync(Path.Combine(engine.PodsFolder, pod.Uid, "sandbox", "containers", "main-0"));
    }

    /// <summary>The pod itself stays in the API.</summary>
    private static async Task GoneAsync(string folder)
    {
        // The kernel could tell of it, but not of a folder that is gone already.
        using var tries = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Directory.Exists(folder))
            await tries.WaitForNextTickAsync();
    }

    /// <summary>The first pod is done only after a pod that was evicted later, so it has been looked at by then.</summary>
    [TestMethod]
    [Timeout(120_000)]
    public async Task DoNotMeetWhoKeepsToItsLimits()
    {
        var key = engine.Create("{restartPolicy: Never, volumes: [{name: v, emptyDir: {sizeLimit: 20Mi}}, {name: m, emptyDir: {medium: Memory, sizeLimit: 9Mi}}], containers: [{name: main, image: IMAGE, command: [sh, -c, 'dd if=/dev/zero of=/v/f bs=1M count=4; ln /v/f /v/again; dd if=/dev/zero of=/m/f bs=1M count=8; echo written; while [ ! -e /v/go ]; do sleep 0.1; done'], volumeMounts: [{name: v, mountPath: /v}, {name: m, mountPath: /m}], resources: {limits: {ephemeral-storage: 6Mi}}}]}");
        await engine.ContainerAsync(key, "main", status => status.Text("ready") == "true");
        var other = engine.Create("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'dd if=/dev/zero of=/f bs=1M count=8; sleep 1000'], resources: {limits: {ephemeral-storage: 2Mi}}}]}");

        await engine.EndAsync(other);
        await File.WriteAllTextAsync(Path.Combine(engine.PodsFolder, engine.Get(key).Uid, "volumes", "v", "go"), "");

        Assert.AreEqual("Succeeded", (await engine.EndAsync(key)).Text("status", "phase"), string.Join('\n', engine.Events(key)));
    }
}

/// <summary>When the disk has too little left, the pod that has most of it goes, and no other.</summary>
[TestClass]
public sealed class EvictionsFromAFullDisk
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task MeetTheLargestPod()
    {
        await using var engine = await EngineFixture.StartAsync(options => options with { DiskReserveBytes = long.MaxValue });
        var small = engine.Create("{containers: [{name: main, image: IMAGE, command: [sleep, '1000']}]}");
        await engine.ContainerAsync(small, "main", status => status.Text("ready") == "true");
        var large = engine.Create("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'dd if=/dev/zero of=/f bs=1M count=80; sleep 1000']}]}");

        var pod = await engine.EndAsync(large);

        Assert.AreEqual("Evicted", pod.Text("status", "reason"));
        StringAssert.StartsWith(pod.Text("status", "message"), "The node was low on resource: ephemeral-storage. Threshold quantity: ", StringComparison.Ordinal);
        StringAssert.Contains(pod.Text("status", "message"), "Container main was using 8", StringComparison.Ordinal);
        Assert.AreEqual("Running", engine.Get(small).Text("status", "phase"));
    }
}
