using Kontrakt.Engine.Store;

namespace Engine.Tests.Controllers;

/// <summary>A claim gets a volume: one that fits, or a new one of its class; and goes when no pod has it any more.</summary>
[TestClass]
public sealed class Claims
{
    private const string Usual = "accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}";

    [TestMethod]
    [Timeout(120_000)]
    public async Task OneThatNamesNoClassGetsAFolderOfTheEngine()
    {
        await using var cluster = new RunningControllers();
        await ClassAsync(cluster, "standard");

        cluster.Create(Yaml(Usual));

        var claim = (await cluster.UntilAsync(Key(cluster), item => item.Text("status", "phase") == "Bound")).View;
        var volume = await cluster.UntilAsync(new(Kinds.PersistentVolume, "", claim.Text("spec", "volumeName")), item => item.Text("status", "phase") == "Bound");
        Assert.AreEqual(("standard", """{"phase":"Bound","accessModes":["ReadWriteOnce"],"capacity":{"storage":"1Gi"}}"""), (claim.Text("spec", "storageClassName"), claim.At("status")!.ToJsonString()));
        Assert.AreEqual((claim.Uid, "Delete", "folder.kontrakt"), (volume.View.Text("spec", "claimRef", "uid"), volume.View.Text("spec", "persistentVolumeReclaimPolicy"), volume.View.Text("spec", "csi", "driver")));

        cluster.Objects.Delete(Key(cluster), new());
        await cluster.UntilAsync(() => cluster.Store.Find(volume.Key) is null && cluster.Store.Find(Key(cluster)) is null);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("storageClassName: fast", "ProvisioningFailed: storageclass.storage.k8s.io \"fast\" not found")]
    [DataRow("storageClassName: ''", "FailedBinding: no persistent volumes available for this claim and no storage class is set")]
    [DataRow("selector: {matchLabels: {a: b}}", "ProvisioningFailed: failed to provision volume with StorageClass \"standard\": a claim with a selector")]
    public async Task OneWithoutAVolumeSaysWhy(string spec, string expected)
    {
        await using var cluster = new RunningControllers();
        await ClassAsync(cluster, "standard");

        cluster.Create(Yaml($"{Usual}, {spec}"));

        await cluster.UntilAsync(() => cluster.EventsAbout("data").Any(item => $"{item.Text("reason")}: {item.Text("message")}".StartsWith(expected, StringComparison.Ordinal)));
        Assert.AreEqual("Pending", cluster.Get(Key(cluster)).View.Text("status", "phase"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AClassThatComesLaterIsEnough()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Yaml($"{Usual}, storageClassName: fast"));
        await cluster.UntilAsync(() => cluster.EventsAbout("data").Any());

        cluster.Create("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: folder.kontrakt}");

        await cluster.UntilAsync(Key(cluster), item => item.Text("status", "phase") == "Bound");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AClassMayWaitForTheFirstPod()
    {
        await using var cluster = new RunningControllers();
        cluster.Create("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: later}, provisioner: folder.kontrakt, volumeBindingMode: WaitForFirstConsumer}");
        cluster.Create(Yaml($"{Usual}, storageClassName: later"));
        await cluster.UntilAsync(() => cluster.EventsAbout("data").Any(item => item.Text("reason") == "WaitForFirstConsumer"));

        cluster.Create(Pod);

        await cluster.UntilAsync(Key(cluster), item => item.Text("status", "phase") == "Bound");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OfVolumesThatFitTheSmallestIsTaken()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Volume("small", "512Mi"));
        cluster.Create(Volume("large", "4Gi"));
        cluster.Create(Volume("fitting", "2Gi"));
        cluster.Create(Volume("other", "1Gi", "ReadOnlyMany"));

        cluster.Create(Yaml($"{Usual}, storageClassName: ''"));

        Assert.AreEqual(("fitting", "2Gi"), Shown(await cluster.UntilAsync(Key(cluster), item => item.Text("status", "phase") == "Bound")));
        await cluster.UntilAsync(new(Kinds.PersistentVolume, "", "large"), item => item.Text("status", "phase") == "Available");

        static (string, string) Shown(StoredObject claim) => (claim.View.Text("spec", "volumeName"), claim.View.Text("status", "capacity", "storage"));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("storageClassName: '', accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}")]
    [DataRow("storageClassName: '', accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}")]
    [DataRow("storageClassName: other, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}")]
    public async Task AVolumeThatIsNamedMustFit(string spec)
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Volume("named", "1Gi"));

        cluster.Create(Yaml($"volumeName: named, {spec}"));

        await cluster.UntilAsync(() => cluster.EventsAbout("data").Any(item => item.Text("reason") == "VolumeMismatch"));
        Assert.AreEqual("Pending", cluster.Get(Key(cluster)).View.Text("status", "phase"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AVolumeThatIsAnothersIsNotTaken()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Volume("named", "1Gi"));
        cluster.Create(Yaml($"volumeName: named, storageClassName: '', {Usual}"));
        var first = await cluster.UntilAsync(Key(cluster), item => item.Text("status", "phase") == "Bound");

        var second = cluster.Create(Yaml($"volumeName: named, storageClassName: '', {Usual}").Replace("name: data", "name: thief", StringComparison.Ordinal));
        cluster.Objects.UpdateStatus(second.Key, item => item["status"]!["phase"] = "Bound");

        await cluster.UntilAsync(second.Key, item => item.Text("status", "phase") == "Lost");
        Assert.AreEqual(first.View.Uid, cluster.Get(new(Kinds.PersistentVolume, "", "named")).View.Text("spec", "claimRef", "uid"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OneThatAPodOnlyWaitsForGoesAtOnce()
    {
        await using var cluster = new RunningControllers();
        await ClassAsync(cluster, "standard");
        cluster.Create(Yaml(Usual));
        await cluster.UntilAsync(Key(cluster), item => item.Text("status", "phase") == "Bound");
        cluster.Create(Pod);

        cluster.Objects.Delete(Key(cluster), new());

        await cluster.UntilGoneAsync(Key(cluster));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OneThatAPodHasGoesWithThePod()
    {
        await using var cluster = new RunningControllers();
        await ClassAsync(cluster, "standard");
        cluster.Create(Yaml(Usual));
        await cluster.UntilAsync(Key(cluster), item => item.Text("status", "phase") == "Bound");
        var pod = cluster.Create(Pod);
        cluster.Objects.Update(pod.Key, item => item["spec"]!["nodeName"] = "kontrakt");

        cluster.Objects.Delete(Key(cluster), new());
        cluster.Update(pod.Key, item => item["metadata"]!["labels"] = RunningControllers.Parse("{seen: 'yes'}"));
        Assert.AreEqual("Terminating", Kontrakt.Engine.Resources.PersistentVolumeKind.Phase(cluster.Get(Key(cluster)).View));
        PodScript.Set(cluster, pod.Key, "Succeeded");
        await cluster.UntilAsync(pod.Key, item => item.Text("status", "phase") == "Succeeded");
        Assert.IsNotNull(cluster.Store.Find(Key(cluster)));
        cluster.Objects.Delete(pod.Key, new(GracePeriodSeconds: 0));

        await cluster.UntilGoneAsync(Key(cluster));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AVolumeThatIsToBeKeptIsReleased()
    {
        await using var cluster = new RunningControllers();
        cluster.Create("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: kept}, provisioner: folder.kontrakt, reclaimPolicy: Retain}");
        cluster.Create(Yaml($"{Usual}, storageClassName: kept"));
        var name = (await cluster.UntilAsync(Key(cluster), item => item.Text("status", "phase") == "Bound")).View.Text("spec", "volumeName");

        cluster.Objects.Delete(Key(cluster), new());

        await cluster.UntilAsync(new(Kinds.PersistentVolume, "", name), item => item.Text("status", "phase") == "Released");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OneCanGrowAndNotShrink()
    {
        await using var cluster = new RunningControllers();
        await ClassAsync(cluster, "standard");
        cluster.Create(Yaml(Usual));
        await cluster.UntilAsync(Key(cluster), item => item.Text("status", "phase") == "Bound");

        cluster.UpdateSpec(Key(cluster), "resources: {requests: {storage: 2Gi}}");
        await cluster.UntilAsync(Key(cluster), item => item.Text("status", "capacity", "storage") == "2Gi");

        Assert.Contains("field can not be less than previous value", Assert.ThrowsExactly<StatusException>(() => cluster.UpdateSpec(Key(cluster), "resources: {requests: {storage: 1Gi}}")).Message);
        Assert.Contains("spec is immutable after creation", Assert.ThrowsExactly<StatusException>(() => cluster.UpdateSpec(Key(cluster), "accessModes: [ReadWriteMany]")).Message);
    }

    [TestMethod]
    [DataRow("resources: {requests: {storage: 1Gi}}", "spec.accessModes: Required value")]
    [DataRow("accessModes: [ReadWriteOnce]", "spec.resources.requests[storage]: Required value")]
    [DataRow("accessModes: [ReadWriteOnce], resources: {requests: {storage: '0'}}", "must be greater than zero")]
    [DataRow("accessModes: [Sometimes], resources: {requests: {storage: 1Gi}}", "Unsupported value: \"Sometimes\"")]
    [DataRow("accessModes: [ReadWriteOnce, ReadWriteOncePod], resources: {requests: {storage: 1Gi}}", "may not use ReadWriteOncePod with other access modes")]
    [DataRow($"{Usual}, volumeMode: Block", "the embedded engine has no block devices")]
    [DataRow($"{Usual}, dataSource: {{kind: PersistentVolumeClaim, name: other}}", "the embedded engine has no snapshots and copies of volumes")]
    public async Task WhatCannotBeIsRefused(string spec, string message)
    {
        await using var cluster = new RunningControllers();

        Assert.Contains(message, Assert.ThrowsExactly<StatusException>(() => cluster.Create(Yaml(spec))).Message);
    }

    [TestMethod]
    [DataRow("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: s}, provisioner: ebs.csi.aws.com}", "the embedded engine has no provisioner 'ebs.csi.aws.com'")]
    [DataRow("{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: s}, provisioner: folder.kontrakt, parameters: {type: ssd}}", "the embedded engine has no parameters")]
    [DataRow("{apiVersion: v1, kind: PersistentVolume, metadata: {name: s}, spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, hostPath: {path: /data}}}", "the embedded engine has no hostPath volumes")]
    [DataRow("{apiVersion: v1, kind: PersistentVolume, metadata: {name: s}, spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}}}", "must specify a volume type")]
    public async Task WhatOtherClustersHaveIsRefusedByName(string yaml, string message)
    {
        await using var cluster = new RunningControllers();

        Assert.Contains(message, Assert.ThrowsExactly<StatusException>(() => cluster.Create(yaml)).Message);
    }

    private const string Pod = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: one}], volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}}";

    private static Task<StoredObject> ClassAsync(RunningControllers cluster, string name) => cluster.UntilAsync(new(Kinds.StorageClass, "", name), _ => true);

    private static ObjectKey Key(RunningControllers cluster) => cluster.Key(Kinds.PersistentVolumeClaim, "data");

    private static string Yaml(string spec) => $"{{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {{name: data}}, spec: {{{spec}}}}}";

    private static string Volume(string name, string size, string mode = "ReadWriteOnce") =>
        $"{{apiVersion: v1, kind: PersistentVolume, metadata: {{name: {name}}}, spec: {{accessModes: [{mode}], capacity: {{storage: {size}}}, csi: {{driver: folder.kontrakt, volumeHandle: {name}}}}}}}";
}
