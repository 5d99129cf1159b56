using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Controllers;

/// <summary>A namespace goes with all that is in it, says what is in the way, and takes in nothing on its way out.</summary>
[TestClass]
public sealed class Namespaces
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task TheFirstOnesAreThereAndTheirsToStay()
    {
        await using var cluster = new RunningControllers();

        foreach (var name in (string[])["default", "kube-public", "kube-system", "kontrakt-system"])
        {
            Assert.AreEqual("Active", cluster.Get(cluster.Key(Kinds.Namespace, name)).View.Text("status", "phase"));
            var refused = Assert.ThrowsExactly<StatusException>(() => cluster.Objects.Delete(cluster.Key(Kinds.Namespace, name), new()));
            Assert.AreEqual($"namespaces \"{name}\" is forbidden: this namespace may not be deleted", refused.Message);
        }
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task EachIsLabelledWithItsName()
    {
        await using var cluster = new RunningControllers();
        var key = cluster.Key(Kinds.Namespace, "ns");

        cluster.Update(key, item => item["metadata"]!["labels"] = new JsonObject { ["own"] = "1" });

        var labels = cluster.Get(key).View.Labels;
        Assert.AreEqual(("1", "ns"), (labels["own"], labels["kubernetes.io/metadata.name"]));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ContentGoesFirstAndTheNamespaceAtOnceAfter()
    {
        await using var cluster = new RunningControllers();
        cluster.Create("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
        cluster.Create("{apiVersion: v1, kind: Secret, metadata: {name: a}}");

        cluster.Objects.Delete(cluster.Key(Kinds.Namespace, "ns"), new());

        await cluster.UntilGoneAsync(cluster.Key(Kinds.Namespace, "ns"));
        Assert.AreEqual(0, ServedKinds.Resources.Where(kind => kind.Namespaced).Sum(kind => cluster.All(kind).Count));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WhatHoldsItIsSaidInKubernetesWords()
    {
        await using var cluster = new RunningControllers();
        var held = cluster.Create("{apiVersion: v1, kind: ConfigMap, metadata: {name: held, finalizers: [kontrakt.test/hold]}}").Key;
        var key = cluster.Key(Kinds.Namespace, "ns");

        cluster.Objects.Delete(key, new());

        var stuck = await cluster.UntilAsync(key, item => item.Condition("NamespaceContentRemaining")?["message"]?.ToString() == "Some resources are remaining: configmaps. has 1 resource instances");
        Assert.AreEqual("Some content in the namespace has finalizers remaining: kontrakt.test/hold in 1 resource instances",
            stuck.View.Condition("NamespaceFinalizersRemaining")!["message"]!.ToString());
        Assert.AreEqual("Terminating", stuck.View.Text("status", "phase"));
        cluster.Update(held, item => ((JsonObject)item["metadata"]!).Remove("finalizers"));
        await cluster.UntilGoneAsync(key);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AFinalizerOfItsSpecHoldsItUntilItIsTakenAway()
    {
        await using var cluster = new RunningControllers();
        var key = cluster.Create("{apiVersion: v1, kind: Namespace, metadata: {name: held}, spec: {finalizers: [kontrakt.test/hold]}}").Key;
        Assert.AreEqual("""["kontrakt.test/hold","kubernetes"]""", cluster.Get(key).View.At("spec", "finalizers")!.ToJsonString());

        cluster.Objects.Delete(key, new());

        await cluster.UntilAsync(key, item => item.Text("status", "phase") == "Terminating" && item.At("spec", "finalizers")!.ToJsonString() == """["kontrakt.test/hold"]""");
        cluster.Update(key, item => item["spec"]!["finalizers"] = new JsonArray());
        await cluster.UntilGoneAsync(key);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task PodsThatRunAreGivenTheirTime()
    {
        await using var cluster = new RunningControllers();
        var pod = cluster.Create("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: kontrakt, terminationGracePeriodSeconds: 7, containers: [{name: c, image: one}]}}").Key;
        cluster.Objects.Delete(cluster.Key(Kinds.Namespace, "ns"), new());

        var ending = await cluster.UntilAsync(pod, item => item.At("metadata", "deletionTimestamp") is not null);
        Assert.AreEqual("7", ending.View.Text("metadata", "deletionGracePeriodSeconds"));
        Assert.IsNotNull(cluster.Store.Find(cluster.Key(Kinds.Namespace, "ns")));
        cluster.Objects.Delete(pod, new(GracePeriodSeconds: 0));

        await cluster.UntilGoneAsync(cluster.Key(Kinds.Namespace, "ns"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task NothingIsMadeInOneThatIsBeingDeletedOrIsNotThere()
    {
        await using var cluster = new RunningControllers();
        cluster.Create("{apiVersion: v1, kind: ConfigMap, metadata: {name: held, finalizers: [kontrakt.test/hold]}}");
        cluster.Objects.Delete(cluster.Key(Kinds.Namespace, "ns"), new());

        var refused = Assert.ThrowsExactly<StatusException>(() => cluster.Create("{apiVersion: v1, kind: ConfigMap, metadata: {name: late}}"));
        var missing = Assert.ThrowsExactly<StatusException>(() => cluster.Objects.Create(Kinds.ConfigMap, "nowhere", RunningControllers.Parse("{metadata: {name: a}}")));

        Assert.AreEqual((403, "configmaps \"late\" is forbidden: unable to create new content in namespace ns because it is being terminated"), (refused.Code, refused.Message));
        Assert.AreEqual("NamespaceTerminating", refused.ToJson()["details"]!["causes"]![0]!["reason"]!.ToString());
        Assert.AreEqual((404, "namespaces \"nowhere\" not found"), (missing.Code, missing.Message));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task EachHasAnAccountAndTheCertificateAgainWhenTheyAreTakenAway()
    {
        await using var cluster = new RunningControllers();
        var (account, certificate) = (cluster.Key(Kinds.ServiceAccount, "default"), cluster.Key(Kinds.ConfigMap, "kube-root-ca.crt"));
        await cluster.UntilAsync(certificate, item => item.Text("data", "ca.crt") == "a certificate");
        var first = await cluster.UntilAsync(account, _ => true);

        cluster.Objects.Delete(account, new());
        cluster.Update(certificate, item => item["data"]!["ca.crt"] = "another");

        await cluster.UntilAsync(account, item => item.Uid != first.View.Uid);
        await cluster.UntilAsync(certificate, item => item.Text("data", "ca.crt") == "a certificate");
    }
}
