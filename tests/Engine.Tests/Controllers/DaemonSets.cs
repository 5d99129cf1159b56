using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Controllers;

/// <summary>A daemon set has one pod on each node that takes it.</summary>
[TestClass]
public sealed class DaemonSets
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task EachNodeGetsAPodForItAlone()
    {
        await using var cluster = new RunningControllers(WithNode);
        await using var node = new PodScript(cluster, _ => "Ready");

        cluster.Create(Yaml(""));

        var set = (await DoneAsync(cluster)).View;
        var pod = cluster.All(Kinds.Pod).Single();
        Assert.AreEqual("""{"currentNumberScheduled":1,"numberMisscheduled":0,"desiredNumberScheduled":1,"numberReady":1,"observedGeneration":1,"updatedNumberScheduled":1,"numberAvailable":1}""", set.At("status")!.ToJsonString());
        Assert.AreEqual("""[{"matchFields":[{"key":"metadata.name","operator":"In","values":["kontrakt"]}]}]""", pod.View.At("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")!.ToJsonString());
        Assert.IsTrue(pod.View.Items("spec", "tolerations").Any(each => each["key"]?.ToString() == "node.kubernetes.io/unschedulable"));
        Assert.AreEqual(cluster.All(Kinds.ControllerRevision).Single().View.Labels["controller-revision-hash"], pod.View.Labels["controller-revision-hash"]);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("nodeSelector: {disk: ssd}")]
    [DataRow("affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: Exists}]}]}}}")]
    public async Task ANodeThatDoesNotMatchHasNone(string pod)
    {
        await using var cluster = new RunningControllers(WithNode);
        cluster.Create(Yaml("", pod));
        await cluster.UntilAsync(Key(cluster), item => Number(item, "observedGeneration") == 1);
        Assert.IsEmpty(cluster.All(Kinds.Pod));

        cluster.Objects.Update(cluster.Key(Kinds.Node, "kontrakt"), item => item["metadata"]!["labels"]!["disk"] = "ssd");

        await cluster.UntilAsync(Key(cluster), item => Number(item, "desiredNumberScheduled") == 1 && Number(item, "currentNumberScheduled") == 1);
        cluster.Objects.Update(cluster.Key(Kinds.Node, "kontrakt"), item => ((System.Text.Json.Nodes.JsonObject)item["metadata"]!["labels"]!).Remove("disk"));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 0);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ANewTemplateReplacesThePodAndAnOldOneComesBackUnderItsName()
    {
        await using var cluster = new RunningControllers(WithNode);
        await using var node = new PodScript(cluster, _ => "Ready");
        cluster.Create(Yaml(""));
        await DoneAsync(cluster);
        var first = cluster.All(Kinds.ControllerRevision).Single().Key.Name;

        Change(cluster, "two");
        await DoneAsync(cluster);
        Assert.AreEqual("two", cluster.All(Kinds.Pod).Single().View.Text("spec", "containers", 0, "image"));
        Change(cluster, "one");
        await DoneAsync(cluster);

        var revisions = cluster.All(Kinds.ControllerRevision).Select(item => (item.Key.Name == first, KubernetesObject.Number(item.View.At("revision")))).Order().ToArray();
        CollectionAssert.AreEqual(new[] { (false, 2L), (true, 3L) }, revisions);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WithSurgeTheOldOneGoesWhenTheNewOneIsAvailable()
    {
        await using var cluster = new RunningControllers(WithNode);
        await using var node = new PodScript(cluster, pod => pod.Text("spec", "containers", 0, "image") == "one" ? "Ready" : "NotReady");
        cluster.Create(Yaml("updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"));
        await DoneAsync(cluster);

        Change(cluster, "two");
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count(pod => pod.View.Text("status", "phase") == "Running") == 2);
        PodScript.Set(cluster, cluster.All(Kinds.Pod).Single(pod => pod.View.Text("spec", "containers", 0, "image") == "two").Key, "Ready");

        await cluster.UntilAsync(() => cluster.All(Kinds.Pod) is [var only] && only.View.Text("spec", "containers", 0, "image") == "two");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OnDeleteChangesOnlyWhatIsDeleted()
    {
        await using var cluster = new RunningControllers(WithNode);
        await using var node = new PodScript(cluster, _ => "Ready");
        cluster.Create(Yaml("updateStrategy: {type: OnDelete}"));
        await DoneAsync(cluster);
        Change(cluster, "two");
        await cluster.UntilAsync(Key(cluster), item => Number(item, "observedGeneration") == 2);
        var old = cluster.All(Kinds.Pod).Single();
        Assert.AreEqual("one", old.View.Text("spec", "containers", 0, "image"));

        cluster.Objects.Delete(old.Key, new());

        await cluster.UntilAsync(() => cluster.All(Kinds.Pod) is [var only] && only.View.Text("spec", "containers", 0, "image") == "two");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ARevisionThatIsDeletedIsMadeAgain()
    {
        await using var cluster = new RunningControllers(WithNode);
        await using var node = new PodScript(cluster, _ => "Ready");
        cluster.Create(Yaml(""));
        await DoneAsync(cluster);
        var revision = cluster.All(Kinds.ControllerRevision).Single();

        cluster.Objects.Delete(revision.Key, new());

        await cluster.UntilAsync(revision.Key, item => item.Uid != revision.View.Uid);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AFailedPodIsMadeAgainAfterAPause()
    {
        await using var cluster = new RunningControllers(WithNode);
        cluster.Create(Yaml(""));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 1);
        var first = cluster.All(Kinds.Pod).Single();

        PodScript.Set(cluster, first.Key, "Failed");

        await cluster.UntilGoneAsync(first.Key);
        await cluster.UntilAsync(Key(cluster), item => Number(item, "currentNumberScheduled") == 0);
        Assert.IsTrue(cluster.EventsAbout("agent").Any(item => item.Text("reason") == "FailedDaemonPod"));
        cluster.Time.Advance(TimeSpan.FromSeconds(11));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 1);
    }

    [TestMethod]
    [DataRow("updateStrategy: {rollingUpdate: {maxSurge: 1}}", "may not be set when maxUnavailable is not zero")]
    [DataRow("updateStrategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}", "cannot be 0 when maxSurge is 0")]
    [DataRow("updateStrategy: {type: Sometimes}", "Unsupported value: \"Sometimes\"")]
    [DataRow("selector: {matchLabels: {app: other}}", "`selector` does not match template `labels`")]
    public async Task WhatCannotBeIsRefused(string spec, string message)
    {
        await using var cluster = new RunningControllers(WithNode);

        var refused = Assert.ThrowsExactly<StatusException>(() => cluster.Create(Yaml(spec)));

        Assert.Contains(message, refused.Message);
    }

    private static void WithNode(ClusterObjects objects) =>
        objects.Create(Kinds.Node, "", RunningControllers.Parse("{apiVersion: v1, kind: Node, metadata: {name: kontrakt, labels: {kubernetes.io/os: linux}}}"));

    private static Task<StoredObject> DoneAsync(RunningControllers cluster) => cluster.UntilAsync(Key(cluster), item =>
        Number(item, "observedGeneration") == KubernetesObject.Number(item.At("metadata", "generation")) && Number(item, "updatedNumberScheduled") == 1 && Number(item, "numberAvailable") == 1);

    private static void Change(RunningControllers cluster, string image) =>
        cluster.Update(Key(cluster), item => item["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image);

    private static ObjectKey Key(RunningControllers cluster) => cluster.Key(Kinds.DaemonSet, "agent");

    private static long Number(KubernetesObject item, string field) => KubernetesObject.Number(item.At("status", field));

    private static string Yaml(string spec, string pod = "") => $$$"""
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: agent}
        spec: { {{{(spec.Contains("selector", StringComparison.Ordinal) ? "" : "selector: {matchLabels: {app: agent}}, ")}}}template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: c, image: one}], {{{pod}}} } }, {{{spec}}} }
        """;
}
