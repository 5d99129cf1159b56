using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Controllers;

/// <summary>Pods of a stateful set have numbers, come in order and go in the opposite one.</summary>
[TestClass]
public sealed class StatefulSets
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task EachPodWaitsForTheOneBefore()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Yaml("replicas: 2"));
        await cluster.UntilAsync(Key(cluster), item => Number(item, "replicas") == 1);
        Assert.IsNull(cluster.Store.Find(Pod(cluster, 1)));

        PodScript.Set(cluster, Pod(cluster, 0), "Ready");
        var second = await cluster.UntilAsync(Pod(cluster, 1), _ => true);
        PodScript.Set(cluster, Pod(cluster, 1), "Ready");

        var set = (await cluster.UntilAsync(Key(cluster), item => Number(item, "readyReplicas") == 2)).View;
        var revision = set.Text("status", "updateRevision");
        Assert.AreEqual($$"""{"observedGeneration":1,"replicas":2,"availableReplicas":2,"readyReplicas":2,"currentReplicas":2,"updatedReplicas":2,"currentRevision":"{{revision}}","updateRevision":"{{revision}}","collisionCount":0}""",
            set.At("status")!.ToJsonString());
        Assert.AreEqual(("db-1", "db", "db-1", "1", revision), (second.View.Text("spec", "hostname"), second.View.Text("spec", "subdomain"),
            second.View.Labels["statefulset.kubernetes.io/pod-name"], second.View.Labels["apps.kubernetes.io/pod-index"], second.View.Labels["controller-revision-hash"]));
        Assert.IsTrue(cluster.EventsAbout("db").Any(item => item.Text("message") == "create Pod db-1 in StatefulSet db successful"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task InParallelNoneWaits()
    {
        await using var cluster = new RunningControllers();

        cluster.Create(Yaml("replicas: 3, podManagementPolicy: Parallel"));

        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 3);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task TheLastGoesFirst()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        await ReadyAsync(cluster, "replicas: 3");
        var from = cluster.Store.Revision;

        cluster.UpdateSpec(Key(cluster), "replicas: 1");

        await cluster.UntilAsync(Key(cluster), item => Number(item, "replicas") == 1 && Number(item, "observedGeneration") == 2);
        CollectionAssert.AreEqual(new[] { "db-2", "db-1" }, await DeletedAsync(cluster, from));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ANewTemplateComesFromTheLastToTheFirst()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        await ReadyAsync(cluster, "replicas: 3");
        var from = cluster.Store.Revision;

        Change(cluster, "two");

        var set = await DoneAsync(cluster);
        CollectionAssert.AreEqual(new[] { "db-2", "db-1", "db-0" }, await DeletedAsync(cluster, from));
        Assert.AreEqual(set.Text("status", "updateRevision"), set.Text("status", "currentRevision"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task PodsBelowThePartitionKeepTheirTemplateEvenWhenMadeAgain()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        await ReadyAsync(cluster, "replicas: 3, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}");

        Change(cluster, "two");
        await cluster.UntilAsync(Key(cluster), item => Number(item, "updatedReplicas") == 1 && Number(item, "readyReplicas") == 3);
        var old = cluster.Get(Pod(cluster, 0)).View.Uid;
        cluster.Objects.Delete(Pod(cluster, 0), new());
        await cluster.UntilAsync(Pod(cluster, 0), item => item.Uid != old);

        CollectionAssert.AreEqual(new[] { "one", "one", "two" }, cluster.All(Kinds.Pod).Select(pod => pod.View.Text("spec", "containers", 0, "image")).ToArray());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OnDeleteChangesOnlyWhatIsDeleted()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        await ReadyAsync(cluster, "replicas: 2, updateStrategy: {type: OnDelete}");
        Change(cluster, "two");
        await cluster.UntilAsync(Key(cluster), item => Number(item, "observedGeneration") == 2);

        cluster.Objects.Delete(Pod(cluster, 1), new());

        await cluster.UntilAsync(Pod(cluster, 1), item => item.Text("spec", "containers", 0, "image") == "two");
        Assert.AreEqual("one", cluster.Get(Pod(cluster, 0)).View.Text("spec", "containers", 0, "image"));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("Failed", "RecreatingFailedPod")]
    [DataRow("Succeeded", "RecreatingTerminatedPod")]
    public async Task APodThatHasEndedIsMadeAgain(string phase, string reason)
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        await ReadyAsync(cluster, "replicas: 1");
        var old = cluster.Get(Pod(cluster, 0)).View.Uid;

        PodScript.Set(cluster, Pod(cluster, 0), phase);

        await cluster.UntilAsync(Pod(cluster, 0), item => item.Uid != old);
        Assert.IsTrue(cluster.EventsAbout("db").Any(item => item.Text("reason") == reason));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task EachPodHasItsClaimsAndFindsThemAgain()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        await ReadyAsync(cluster, $"replicas: 2, {Claims}");

        var claim = await cluster.UntilAsync(cluster.Key(Kinds.PersistentVolumeClaim, "data-db-1"), item => item.Text("status", "phase") == "Bound");
        Assert.AreEqual(("data", "data-db-1", "db"), (cluster.Get(Pod(cluster, 1)).View.Text("spec", "volumes", 0, "name"), cluster.Get(Pod(cluster, 1)).View.Text("spec", "volumes", 0, "persistentVolumeClaim", "claimName"), claim.View.Labels["app"]));
        cluster.UpdateSpec(Key(cluster), "replicas: 1");
        await cluster.UntilGoneAsync(Pod(cluster, 1));
        cluster.UpdateSpec(Key(cluster), "replicas: 2");
        await DoneAsync(cluster);

        Assert.AreEqual(claim.View.Uid, cluster.Get(claim.Key).View.Uid);
        cluster.Objects.Delete(Key(cluster), new(Propagation: Propagation.Background));
        await cluster.UntilGoneAsync(Pod(cluster, 0));
        Assert.HasCount(2, cluster.All(Kinds.PersistentVolumeClaim));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AClaimIsMadeAgainForAPodThatWaitsForIt()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Yaml($"replicas: 1, {Claims}"));
        var key = cluster.Key(Kinds.PersistentVolumeClaim, "data-db-0");
        var first = await cluster.UntilAsync(key, item => item.Text("status", "phase") == "Bound");

        cluster.Objects.Delete(key, new());

        await cluster.UntilAsync(key, item => item.Uid != first.View.Uid && item.Text("status", "phase") == "Bound");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ClaimsGoWithTheSetWhereItSaysSo()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        await ReadyAsync(cluster, $"replicas: 2, persistentVolumeClaimRetentionPolicy: {{whenDeleted: Delete, whenScaled: Delete}}, {Claims}");
        await cluster.UntilAsync(cluster.Key(Kinds.PersistentVolumeClaim, "data-db-0"), item => item.At("metadata", "ownerReferences") is not null);

        cluster.UpdateSpec(Key(cluster), "replicas: 1");
        await cluster.UntilGoneAsync(cluster.Key(Kinds.PersistentVolumeClaim, "data-db-1"));
        Assert.HasCount(1, cluster.All(Kinds.PersistentVolumeClaim));
        cluster.Objects.Delete(Key(cluster), new(Propagation: Propagation.Background));

        await cluster.UntilAsync(() => cluster.All(Kinds.PersistentVolumeClaim).Count == 0 && cluster.Store.List(Kinds.PersistentVolume).Items.Count == 0);
    }

    [TestMethod]
    [DataRow("volumeClaimTemplates: [{metadata: {name: data}}]", "spec.volumeClaimTemplates[0].spec.accessModes: Required value")]
    [DataRow("volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], volumeMode: Block, resources: {requests: {storage: 1Gi}}}}]", "the embedded engine has no block devices")]
    [DataRow("persistentVolumeClaimRetentionPolicy: {whenDeleted: Sometimes}", "Unsupported value: \"Sometimes\"")]
    public async Task ClaimsThatCannotBeAreRefused(string spec, string message)
    {
        await using var cluster = new RunningControllers();

        Assert.Contains(message, Assert.ThrowsExactly<StatusException>(() => cluster.Create(Yaml(spec))).Message);
    }

    private const string Claims = "volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]";

    private static Task<KubernetesObject> ReadyAsync(RunningControllers cluster, string spec)
    {
        cluster.Create(Yaml(spec));
        return DoneAsync(cluster);
    }

    private static async Task<KubernetesObject> DoneAsync(RunningControllers cluster) => (await cluster.UntilAsync(Key(cluster), item =>
        Number(item, "observedGeneration") == KubernetesObject.Number(item.At("metadata", "generation"))
        && KubernetesObject.Number(item.At("spec", "replicas")) is var replicas && Number(item, "readyReplicas") == replicas && Number(item, "updatedReplicas") == replicas)).View;

    private static void Change(RunningControllers cluster, string image) =>
        cluster.Update(Key(cluster), item => item["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image);

    private static async Task<string[]> DeletedAsync(RunningControllers cluster, long from)
    {
        var (deleted, until) = (new List<string>(), cluster.Store.Revision);
        await foreach (var change in cluster.Store.WatchAsync(null, null, from, CancellationToken.None))
        {
            if (change.Object.Key.Kind == Kinds.Pod && change.Type == ChangeType.Deleted)
                deleted.Add(change.Object.Key.Name);
            if (change.Revision >= until)
                break;
        }
        return [.. deleted];
    }

    private static ObjectKey Key(RunningControllers cluster) => cluster.Key(Kinds.StatefulSet, "db");

    private static ObjectKey Pod(RunningControllers cluster, int ordinal) => cluster.Key(Kinds.Pod, $"db-{ordinal}");

    private static long Number(KubernetesObject item, string field) => KubernetesObject.Number(item.At("status", field));

    private static string Yaml(string spec) => $$$"""
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db}
        spec: {serviceName: db, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: one}]}}, {{{spec}}}}
        """;
}
