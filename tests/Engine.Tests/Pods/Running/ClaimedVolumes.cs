using Kontrakt.Engine.Store;

namespace Engine.Tests.Pods.Running;

/// <summary>What a pod writes to the volume of a claim, the next pod finds.</summary>
[TestClass]
public sealed class ClaimedVolumes
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
    public async Task OutliveTheirPods()
    {
        var volume = Claim("kept", "1Gi");

        await engine.OutputAsync(engine.Create(Spec("kept", "echo hello >/v/f; chmod 700 /v; mkdir /v/below; echo deep >/v/below/f")));
        var output = await engine.OutputAsync(engine.Create(Spec("kept", "cat /v/f; stat -c %a /v")));

        Assert.AreEqual("hello\n700\n", output);
        Assert.AreEqual("deep\n", await engine.OutputAsync(engine.Create(Spec("kept", "cat /v/f", mount: "subPath: below"))));
        Assert.AreEqual("1\n", await engine.OutputAsync(engine.Create(Spec("kept", "touch /v/new 2>/dev/null; echo $?", claim: "readOnly: true"))));
        Assert.HasCount(1, Directory.GetDirectories(engine.VolumesFolder).Where(folder => Path.GetFileName(folder) == volume.View.Uid));

        engine.Objects.Delete(volume.Key, new());
        await UntilGoneAsync(volume);
    }

    /// <summary>Kubernetes protects a volume that is bound; who takes the protection away takes no file from under a program.</summary>
    [TestMethod]
    [Timeout(120_000)]
    public async Task StayForAPodThatHasThemAlsoWhenTheyAreDeletedByForce()
    {
        var volume = Claim("forced", "1Gi");
        var pod = engine.Create(Spec("forced", "echo here >/v/f; until test -e /v/go; do sleep 0.1; done; cat /v/f"));
        var folder = Path.Combine(engine.VolumesFolder, volume.View.Uid);
        await UntilAsync(() => File.Exists(Path.Combine(folder, "f")));

        engine.Objects.Update(volume.Key, item => item["metadata"]?["finalizers"] = null);
        engine.Objects.Delete(volume.Key, new());
        // The deletion of a later volume is seen after that of this one.
        var other = Claim("other", "1Gi");
        await engine.OutputAsync(engine.Create(Spec("other", "true")));
        engine.Objects.Delete(other.Key, new());
        await UntilGoneAsync(other);
        File.WriteAllText(Path.Combine(folder, "go"), "");

        Assert.AreEqual("here\n", await engine.OutputAsync(pod));
        await UntilGoneAsync(volume);
    }

    private static Task UntilGoneAsync(StoredObject volume) => UntilAsync(() => !Directory.Exists(Path.Combine(engine.VolumesFolder, volume.View.Uid)));

    /// <summary>What pods and the engine do in folders is no event of an object that a test could wait for.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        using var tries = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
            await tries.WaitForNextTickAsync();
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task BelongToTheGroupOfThePod()
    {
        Claim("grouped", "1Gi");

        var first = await engine.OutputAsync(engine.Create($"securityContext: {{runAsUser: 1000, runAsGroup: 1000, fsGroup: 2000}}\n{Spec("grouped", "touch /v/f; stat -c '%g %a' /v; stat -c %g /v/f")}"));
        var second = await engine.OutputAsync(engine.Create($"securityContext: {{runAsUser: 1001, runAsGroup: 1001, fsGroup: 3000}}\n{Spec("grouped", "touch /v/g; stat -c %g /v /v/g")}"));

        Assert.AreEqual(("2000 2777\n2000\n", "3000\n3000\n"), (first, second));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task HoldWhatTheyMayAndNoMore()
    {
        Claim("small", "2Mi");
        var key = engine.Create(Spec("small", "dd if=/dev/zero of=/v/f bs=1M count=8; sleep 1000"));

        var pod = await engine.EndAsync(key);

        Assert.AreEqual("Evicted", pod.Text("status", "reason"));
        Assert.StartsWith("Usage of PersistentVolumeClaim \"small\" exceeds its size 2Mi: ", pod.Text("status", "message"));
        await engine.UntilEventAsync(engine.Create(Spec("small", "echo again")), "persistentvolumeclaim \"small\" holds ");
    }

    /// <summary>A pod can be given to the node without the scheduler, and a status can say what is not so.</summary>
    [TestMethod]
    [Timeout(120_000)]
    public async Task OfOthersAreNotGiven()
    {
        Claim("mine", "1Gi");
        engine.CreateObject(Kinds.PersistentVolumeClaim, Yaml("thief", "1Gi", ""));
        var key = new ObjectKey(Kinds.PersistentVolumeClaim, "ns", "thief");
        engine.Objects.Update(key, item => item["spec"]!["volumeName"] = "v-mine");
        engine.Objects.UpdateStatus(key, item => item["status"]!["phase"] = "Bound");

        await engine.UntilEventAsync(engine.Create($"nodeName: kontrakt\n{Spec("thief", "ls /v")}"), "persistentvolumeclaim \"thief\" is not bound to a volume");
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("missing", "persistentvolumeclaim \"missing\" not found.")]
    [DataRow("unbound", "pod has unbound immediate PersistentVolumeClaims.")]
    public async Task AreWaitedFor(string name, string why)
    {
        if (name == "unbound")
            engine.CreateObject(Kinds.PersistentVolumeClaim, Yaml(name, "1Gi", ""));
        var key = engine.Create(Spec(name, "echo here"));

        await engine.UntilAsync(key, pod => pod.Condition("PodScheduled")?.Text("message") == $"0/1 nodes are available: {why}");
        Claim(name, "1Gi");

        Assert.AreEqual("here\n", await engine.OutputAsync(key));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OfOnePodAloneAreNotGivenToTwo()
    {
        Claim("single", "1Gi", "ReadWriteOncePod");
        var first = engine.Create(Spec("single", "while ! test -e /v/end; do sleep 0.1; done"));
        await engine.UntilAsync(first, pod => pod.Text("status", "phase") == "Running");

        var second = engine.Create(Spec("single", "echo mine"));
        await engine.UntilAsync(second, pod => pod.Condition("PodScheduled")?.Text("message")?.Contains("ReadWriteOncePod", StringComparison.Ordinal) == true);
        await File.WriteAllTextAsync(Path.Combine(engine.VolumesFolder, engine.Get(new(Kinds.PersistentVolume, "", "v-single")).Uid, "end"), "");

        Assert.AreEqual("mine\n", await engine.OutputAsync(second));
    }

    /// <summary>As the controllers would leave it.</summary>
    private static StoredObject Claim(string name, string size, string mode = "ReadWriteOnce")
    {
        var volume = engine.Objects.Create(Kinds.PersistentVolume, "", Controllers.RunningControllers.Parse(
            $"{{apiVersion: v1, kind: PersistentVolume, metadata: {{name: v-{name}}}, spec: {{accessModes: [{mode}], capacity: {{storage: {size}}}, csi: {{driver: folder.kontrakt, volumeHandle: a}}}}}}"));
        var key = new ObjectKey(Kinds.PersistentVolumeClaim, "ns", name);
        if (engine.Store.Find(key) is null)
            engine.CreateObject(Kinds.PersistentVolumeClaim, Yaml(name, size, mode));
        engine.Objects.Update(volume.Key, item =>
        {
            item["metadata"]!["finalizers"] = null;
            item["spec"]!["claimRef"] = new System.Text.Json.Nodes.JsonObject { ["uid"] = engine.Store.Find(key)!.View.Uid };
        });
        engine.Objects.Update(key, item => item["spec"]!["volumeName"] = $"v-{name}");
        engine.Objects.UpdateStatus(key, item => item["status"]!["phase"] = "Bound");
        return engine.Store.Find(volume.Key)!;
    }

    private static string Yaml(string name, string size, string mode) =>
        $"{{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {{name: {name}}}, spec: {{storageClassName: '', accessModes: [{(mode.Length > 0 ? mode : "ReadWriteOnce")}], resources: {{requests: {{storage: {size}}}}}}}}}";

    private static string Spec(string name, string script, string mount = "", string claim = "") => string.Join('\n',
        "restartPolicy: Never",
        $"volumes: [{{name: v, persistentVolumeClaim: {{claimName: {name}, {claim}}}}}]",
        $"containers: [{{name: main, image: IMAGE, command: [sh, -c, \"{script}\"], volumeMounts: [{{name: v, mountPath: /v, {mount}}}]}}]");
}
