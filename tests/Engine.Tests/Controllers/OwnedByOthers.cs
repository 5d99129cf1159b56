using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Controllers;

/// <summary>What an object owns goes with it: after it, before it, or not at all, as its deletion asks.</summary>
[TestClass]
public sealed class OwnedByOthers
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task InTheBackgroundAllThatIsOwnedFollows()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        var web = cluster.Create("""
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2, selector: {matchLabels: {a: b}},
             template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: one}]}}}}
            """).Key;
        await cluster.UntilAsync(web, item => item.Text("status", "availableReplicas") == "2");

        cluster.Objects.Delete(web, new(Propagation: Propagation.Background));

        await cluster.UntilAsync(() => cluster.All(Kinds.ReplicaSet).Count + cluster.All(Kinds.Pod).Count == 0);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task InTheForegroundTheOwnerGoesLast()
    {
        await using var cluster = new RunningControllers();
        var owner = Make(cluster, "owner");
        var held = Make(cluster, "held", owner, "finalizers: [kontrakt.test/hold]");
        var free = Make(cluster, "free", owner, "finalizers: [kontrakt.test/hold]", blocks: false);

        cluster.Objects.Delete(owner.Key, new(Propagation: Propagation.Foreground));
        await cluster.UntilAsync(held.Key, item => item.At("metadata", "deletionTimestamp") is not null);
        Assert.IsTrue(cluster.Get(owner.Key).IsBeingDeleted);
        await cluster.UntilAsync(free.Key, item => item.At("metadata", "deletionTimestamp") is not null);
        cluster.Update(held.Key, item => item["metadata"]!.AsObject().Remove("finalizers"));

        await cluster.UntilGoneAsync(owner.Key);
        Assert.IsNotNull(cluster.Store.Find(free.Key));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public async Task InTheForegroundACircleOfOwnersGoes(int length)
    {
        await using var cluster = new RunningControllers();
        var items = Enumerable.Range(0, length).Select(i => Make(cluster, $"c{i}")).ToList();
        for (var i = 0; i < length; i++)
        {
            var owner = items[(i + 1) % length];
            cluster.Update(items[i].Key, item => item["metadata"]!["ownerReferences"] = new JsonArray(Kontrakt.Engine.Resources.OwnerReferences.ToController(owner)));
        }
        await SeenAsync(cluster);

        cluster.Objects.Delete(items[0].Key, new(Propagation: Propagation.Foreground));

        foreach (var item in items)
            await cluster.UntilGoneAsync(item.Key);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task InTheForegroundADependantWaitsForItsOwn()
    {
        await using var cluster = new RunningControllers();
        var owner = Make(cluster, "owner");
        var middle = Make(cluster, "middle", owner);
        var held = Make(cluster, "held", middle, "finalizers: [kontrakt.test/hold]");
        await SeenAsync(cluster);

        cluster.Objects.Delete(owner.Key, new(Propagation: Propagation.Foreground));
        await cluster.UntilAsync(held.Key, item => item.At("metadata", "deletionTimestamp") is not null);
        Assert.IsTrue(cluster.Get(middle.Key).IsBeingDeleted && cluster.Get(owner.Key).IsBeingDeleted);
        cluster.Update(held.Key, item => item["metadata"]!.AsObject().Remove("finalizers"));

        await cluster.UntilGoneAsync(owner.Key);
        Assert.IsNull(cluster.Store.Find(middle.Key));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OrphansStayAndAreNobodys()
    {
        await using var cluster = new RunningControllers();
        var owner = Make(cluster, "owner");
        var orphan = Make(cluster, "orphan", owner);

        cluster.Objects.Delete(owner.Key, new(Propagation: Propagation.Orphan));

        await cluster.UntilGoneAsync(owner.Key);
        Assert.IsNull(cluster.Get(orphan.Key).View.At("metadata", "ownerReferences"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WithoutDependantsTheForegroundIsAtOnce()
    {
        await using var cluster = new RunningControllers();
        var owner = Make(cluster, "owner");

        cluster.Objects.Delete(owner.Key, new(Propagation: Propagation.Foreground));

        await cluster.UntilGoneAsync(owner.Key);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AnOwnerThatWasNeverThereIsGone()
    {
        await using var cluster = new RunningControllers();
        var owner = Make(cluster, "owner");
        var (name, other) = (owner.Key.Name, Guid.NewGuid().ToString());

        var lost = cluster.Create($"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: lost, ownerReferences: [{{apiVersion: v1, kind: ConfigMap, name: {name}, uid: {other}}}]}}}}");

        await cluster.UntilGoneAsync(lost.Key);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OneOwnerThatIsLeftIsEnough()
    {
        await using var cluster = new RunningControllers();
        var (one, two) = (Make(cluster, "one"), Make(cluster, "two"));
        var shared = Make(cluster, "shared", one);
        cluster.Update(shared.Key, item => item["metadata"]!["ownerReferences"]!.AsArray().Add(Reference(two)));

        cluster.Objects.Delete(one.Key, new());

        await cluster.UntilAsync(shared.Key, item => item.Items("metadata", "ownerReferences").Count() == 1);
        Assert.IsFalse(cluster.Get(shared.Key).IsBeingDeleted);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OwnersOfUnknownKindsAreNotForTheEngineToJudge()
    {
        await using var cluster = new RunningControllers();
        var foreign = cluster.Create("{apiVersion: v1, kind: ConfigMap, metadata: {name: foreign, ownerReferences: [{apiVersion: example.org/v1, kind: Thing, name: x, uid: y}]}}");
        var lost = cluster.Create("{apiVersion: v1, kind: ConfigMap, metadata: {name: lost, ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: x, uid: y}]}}");

        await cluster.UntilGoneAsync(lost.Key);

        Assert.IsNotNull(cluster.Store.Find(foreign.Key));
    }

    /// <summary>Until the collector knows what was made so far: it takes events in order, and who owns whom from them, as that of Kubernetes does.</summary>
    private static async Task SeenAsync(RunningControllers cluster)
    {
        var last = Make(cluster, "last", Make(cluster, "its-owner"));
        cluster.Objects.Delete(new(last.Key.Kind, last.Key.Namespace, "its-owner"), new());
        await cluster.UntilGoneAsync(last.Key);
    }

    private static StoredObject Make(RunningControllers cluster, string name, StoredObject? owner = null, string metadata = "", bool blocks = true)
    {
        var item = RunningControllers.Parse($"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}{(metadata.Length > 0 ? $", {metadata}" : "")}}}}}");
        if (owner is not null)
            item["metadata"]!["ownerReferences"] = new JsonArray(Reference(owner, blocks));
        return cluster.Objects.Create(Kinds.ConfigMap, cluster.Namespace, item);
    }

    private static JsonObject Reference(StoredObject owner, bool blocks = true) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["name"] = owner.Key.Name,
        ["uid"] = owner.View.Uid,
        ["blockOwnerDeletion"] = blocks,
    };
}
