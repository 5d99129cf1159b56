using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Store;

/// <summary>Every change has a revision, and a watcher sees each once, in order, or is told that it is too late.</summary>
[TestClass]
public sealed class Revisions
{
    private readonly ObjectStore store = new(history: 8);

    [TestMethod]
    public void EveryChangeIsOneAboveTheOneBefore()
    {
        var added = Add("a");

        var changed = store.Change(added.Key, _ => Json("a", "new"));
        var removed = store.Change(added.Key, _ => null);

        Assert.AreEqual((1, 2, 3), ((int)added.Revision, (int)changed.Revision, (int)removed.Revision));
        Assert.AreEqual("2", changed.View.ResourceVersion);
        Assert.IsNull(store.Find(added.Key));
    }

    [TestMethod]
    public void EqualContentIsNoChange()
    {
        var added = Add("a");

        var same = store.Change(added.Key, current => current.Copy());

        Assert.AreEqual(added.Revision, same.Revision);
        Assert.AreEqual(1, store.Revision);
    }

    [TestMethod]
    public void WhatIsTriedOnlyLeavesEverythingAsItIs()
    {
        var added = Add("a");

        var tried = store.Change(added.Key, _ => Json("a", "new"), dryRun: true);

        Assert.AreEqual("new", tried.View.Text("data", "x"));
        Assert.AreEqual("old", store.Find(added.Key)!.View.Text("data", "x"));
    }

    [TestMethod]
    [Timeout(30_000)]
    public async Task AWatcherSeesWhatCameBeforeAndWhatComesLater()
    {
        Add("a");
        Add("b");
        await using var watch = store.WatchAsync(Kinds.ConfigMap, "ns", 1, CancellationToken.None).GetAsyncEnumerator();

        Assert.IsTrue(await watch.MoveNextAsync());
        Assert.AreEqual("b", watch.Current.Object.Key.Name);
        var second = watch.Current.Object.Key;
        var next = watch.MoveNextAsync();
        store.Change(second, _ => null);

        Assert.IsTrue(await next);
        Assert.AreEqual(ChangeType.Deleted, watch.Current.Type);
    }

    [TestMethod]
    [DataRow(0L)]
    [DataRow(100L)]
    public async Task AWatcherOfForgottenOrForeignRevisionsIsToldSo(long after)
    {
        for (var i = 0; i < 9; i++)
            Add($"item-{i}");
        await using var watch = store.WatchAsync(Kinds.ConfigMap, "ns", after, CancellationToken.None).GetAsyncEnumerator();

        var gone = await Assert.ThrowsExactlyAsync<StatusException>(async () => await watch.MoveNextAsync());

        Assert.AreEqual((410, "Expired"), (gone.Code, gone.Reason));
    }

    [TestMethod]
    public void ChangesToBigObjectsAreForgottenSooner()
    {
        var small = new ObjectStore(history: 8, historyBytes: 1000);
        var item = small.Add(new(Kinds.ConfigMap, "ns", "a"), () => Json("a", "old"));
        for (var i = 0; i < 4; i++)
            small.Change(item.Key, _ => Json("a", new string((char)('a' + i), 400)));
        var seen = 3L;
        var batch = new List<StoreEvent>();

        small.ReadChanges(null, null, ref seen, batch);

        CollectionAssert.AreEqual(new[] { 4L, 5L }, batch.Select(change => change.Revision).ToArray());
        seen = 2;
        Assert.AreEqual(410, Assert.ThrowsExactly<StatusException>(() => small.ReadChanges(null, null, ref seen, batch)).Code);
    }

    [TestMethod]
    public void GrowthEndsAtTheLimitAndGoesOnBelowIt()
    {
        var limited = new ObjectStore();
        var objects = new ClusterObjects(limited, [new MemoryLimit(limited, bytes: 1000).Rule], TimeProvider.System);
        var user = new UserInfo("u", "", [], new Dictionary<string, IReadOnlyList<string>>());
        var big = objects.Create(Kinds.ConfigMap, "ns", Json("big", new string('x', 1000)), user);

        var more = Assert.ThrowsExactly<StatusException>(() => objects.Create(Kinds.ConfigMap, "ns", Json("more", "x"), user));
        var larger = Assert.ThrowsExactly<StatusException>(() => objects.Update(big.Key, value => value["data"]!["x"] = new string('x', 1001), user));
        objects.Update(big.Key, value => value["metadata"]!["labels"] = new JsonObject { ["said-by"] = "the-engine" });
        objects.Update(big.Key, value => value["data"]!["x"] = "x", user);
        objects.Create(Kinds.ConfigMap, "ns", Json("more", "x"), user);

        Assert.AreEqual((403, 403), (more.Code, larger.Code));
        StringAssert.Contains(more.Message, "set KontraktKubeContext to a cluster");
        objects.Delete(big.Key, new());
        Assert.AreEqual(limited.List(Kinds.ConfigMap).Items.Sum(item => item.Size), limited.Size);
    }

    [TestMethod]
    public void WhatWasThereAtARevisionIsListed()
    {
        var a = Add("a");
        var b = Add("b");
        store.Change(a.Key, _ => Json("a", "new"));
        store.Change(b.Key, _ => null);
        Add("c");

        var then = store.ListAt(Kinds.ConfigMap, null, 2);

        CollectionAssert.AreEqual(new[] { "a old", "b old" }, then.Items.Select(item => $"{item.Key.Name} {item.View.Text("data", "x")}").ToArray());
        Assert.AreEqual(410, Assert.ThrowsExactly<StatusException>(() => store.ListAt(Kinds.ConfigMap, null, 6)).Code);
    }

    private StoredObject Add(string name) => store.Add(new(Kinds.ConfigMap, "ns", name), () => Json(name, "old"));

    private static JsonObject Json(string name, string value) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "ns" },
        ["data"] = new JsonObject { ["x"] = value },
    };
}
