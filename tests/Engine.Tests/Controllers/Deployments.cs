using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Controllers;

/// <summary>A deployment goes from one template to the next within its limits, and its status says how far it is.</summary>
[TestClass]
public sealed class Deployments
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task IsReadyWithItsPodsAndSaysSoAsKubernetesDoes()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");

        var web = await DeployAsync(cluster, "replicas: 3");

        var set = cluster.All(Kinds.ReplicaSet).Single();
        Assert.AreEqual("""{"observedGeneration":1,"replicas":3,"updatedReplicas":3,"readyReplicas":3,"availableReplicas":3}""", Numbers(web));
        Assert.AreEqual("True MinimumReplicasAvailable Deployment has minimum availability.", Condition(web, "Available"));
        Assert.AreEqual($"True NewReplicaSetAvailable ReplicaSet \"{set.Key.Name}\" has successfully progressed.", Condition(web, "Progressing"));
        Assert.AreEqual("1", web.Annotations["deployment.kubernetes.io/revision"]);
        Assert.AreEqual(set.Key.Name, $"web-{set.View.Labels["pod-template-hash"]}");
        Assert.IsTrue(cluster.All(Kinds.Pod).All(pod => pod.View.Labels["pod-template-hash"] == set.View.Labels["pod-template-hash"]
            && pod.View.Text("metadata", "ownerReferences", 0, "uid") == set.View.Uid));
        CollectionAssert.Contains(Said(cluster, "web"), $"ScalingReplicaSet Scaled up replica set {set.Key.Name} to 3");
        Assert.AreEqual(3, cluster.EventsAbout(set.Key.Name).Count(item => item.Text("reason") == "SuccessfulCreate"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task RollsWithinItsLimits()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        await DeployAsync(cluster, "replicas: 4, strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}");
        var from = cluster.Store.Revision;

        Change(cluster, "image: two");
        var web = await UntilDoneAsync(cluster);

        Assert.AreEqual("2", web.Annotations["deployment.kubernetes.io/revision"]);
        Assert.AreEqual(4, cluster.All(Kinds.Pod).Count(pod => pod.View.Text("spec", "containers", 0, "image") == "two"));
        var (most, fewest) = await LimitsAsync(cluster, from);
        Assert.IsTrue(most <= 5 && fewest >= 3, $"between {fewest} available and {most} in all");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OldPodsThatNeverBecameReadyGoFirst()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, pod => pod.Text("spec", "containers", 0, "image") == "bad" ? "NotReady" : "Ready");
        await DeployAsync(cluster, "replicas: 4");
        Change(cluster, "image: bad");
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count(pod => pod.View.Text("spec", "containers", 0, "image") == "bad" && pod.View.Text("status", "phase") == "Running") == 2);

        Change(cluster, "image: three");

        await UntilDoneAsync(cluster);
        Assert.AreEqual(4, cluster.All(Kinds.Pod).Count(pod => pod.View.Text("spec", "containers", 0, "image") == "three"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task RecreateWaitsUntilTheLastOldPodIsGone()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        await DeployAsync(cluster, "replicas: 2, strategy: {type: Recreate}");
        foreach (var pod in cluster.All(Kinds.Pod))
            cluster.Update(pod.Key, item => item["metadata"]!["finalizers"] = RunningControllers.Parse("{x: [kontrakt.test/hold]}")["x"]!.DeepClone());
        var old = cluster.All(Kinds.Pod).Select(pod => pod.Key).ToList();

        Change(cluster, "image: two");
        await cluster.UntilAsync(() => old.All(key => cluster.Get(key).IsBeingDeleted));
        Assert.AreEqual(1, cluster.All(Kinds.ReplicaSet).Count);
        foreach (var key in old)
            cluster.Update(key, item => item["metadata"]!.AsObject().Remove("finalizers"));

        await UntilDoneAsync(cluster);
        Assert.IsTrue(cluster.All(Kinds.Pod).All(pod => pod.View.Text("spec", "containers", 0, "image") == "two"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WithoutProgressTheDeadlineIsSaidWhenItIsOver()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "NotReady");
        cluster.Create(Yaml("replicas: 1", deadline: 60));
        await cluster.UntilAsync(Key(cluster), item => Number(item, "unavailableReplicas") == 1 && Condition(item, "Progressing").StartsWith("True ReplicaSetUpdated", StringComparison.Ordinal));
        Assert.AreEqual("False MinimumReplicasUnavailable Deployment does not have minimum availability.", Condition(cluster.Get(Key(cluster)).View, "Available"));

        cluster.Time.Advance(TimeSpan.FromSeconds(61));

        var late = await cluster.UntilAsync(Key(cluster), item => Condition(item, "Progressing").StartsWith("False ", StringComparison.Ordinal));
        Assert.AreEqual($"False ProgressDeadlineExceeded ReplicaSet \"{cluster.All(Kinds.ReplicaSet).Single().Key.Name}\" has timed out progressing.", Condition(late.View, "Progressing"));
        await cluster.UntilAsync(cluster.All(Kinds.Pod).Single().Key, item => item.Text("status", "phase") == "Running"); // The script has had its say.
        PodScript.Set(cluster, cluster.All(Kinds.Pod).Single().Key, "Ready");
        await UntilDoneAsync(cluster);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task PodsAreAvailableOnlyAfterMinReadySeconds()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        cluster.Create(Yaml("replicas: 2, minReadySeconds: 30"));
        var waiting = await cluster.UntilAsync(Key(cluster), item => Number(item, "readyReplicas") == 2);
        Assert.AreEqual(0, Number(waiting.View, "availableReplicas"));

        cluster.Time.Advance(TimeSpan.FromSeconds(30));

        await cluster.UntilAsync(Key(cluster), item => Number(item, "availableReplicas") == 2);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ANewNumberNeedsNoNewRevision()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        await DeployAsync(cluster, "replicas: 1");

        cluster.UpdateSpec(Key(cluster), "replicas: 3");
        await UntilDoneAsync(cluster, 3);
        cluster.UpdateSpec(Key(cluster), "replicas: 0");
        await cluster.UntilAsync(Key(cluster), item => Number(item, "replicas") == 0 && Number(item, "observedGeneration") == 3);

        Assert.AreEqual(1, cluster.All(Kinds.ReplicaSet).Count);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task APausedOneIsScaledButNotRolled()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        await DeployAsync(cluster, "replicas: 1");

        cluster.UpdateSpec(Key(cluster), "paused: true");
        Change(cluster, "image: two");
        cluster.UpdateSpec(Key(cluster), "replicas: 2");
        await cluster.UntilAsync(Key(cluster), item => Number(item, "availableReplicas") == 2 && Condition(item, "Progressing") == "Unknown DeploymentPaused Deployment is paused");
        Assert.AreEqual(1, cluster.All(Kinds.ReplicaSet).Count);
        cluster.UpdateSpec(Key(cluster), "paused: false");

        await UntilDoneAsync(cluster, 2);
        Assert.AreEqual(2, cluster.All(Kinds.ReplicaSet).Count);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task GoingBackTakesTheEarlierSetAndOldOnesAreForgotten()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        await DeployAsync(cluster, "replicas: 1, revisionHistoryLimit: 1");
        var first = cluster.All(Kinds.ReplicaSet).Single().Key;

        Change(cluster, "image: two");
        await UntilDoneAsync(cluster);
        Change(cluster, "image: one");
        var web = await UntilDoneAsync(cluster);
        Assert.AreEqual("3", web.Annotations["deployment.kubernetes.io/revision"]);
        Assert.AreEqual("1", ((int)Number(cluster.Get(first).View, "replicas")).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Change(cluster, "image: three");
        await UntilDoneAsync(cluster);

        await cluster.UntilAsync(() => cluster.All(Kinds.ReplicaSet).Count == 2);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task PodsThatAreRefusedAreSaidUpToTheDeployment()
    {
        WriteRule refuse = write =>
        {
            if (write.Key.Kind == Kinds.Pod && write.Verb == WriteVerb.Create)
                throw StatusException.Forbidden(write.Key, "no pods today");
        };
        await using var cluster = new RunningControllers(rules: refuse);

        cluster.Create(Yaml("replicas: 1"));

        var web = await cluster.UntilAsync(Key(cluster), item => item.Condition("ReplicaFailure") is not null);
        StringAssert.EndsWith(Condition(web.View, "ReplicaFailure"), "is forbidden: no pods today");
        StringAssert.StartsWith(Condition(web.View, "ReplicaFailure"), "True FailedCreate pods \"web-");
        Assert.IsTrue(cluster.EventsAbout(cluster.All(Kinds.ReplicaSet).Single().Key.Name).Any(item => item.Text("reason") == "FailedCreate" && item.Text("type") == "Warning"));
    }

    private static async Task<KubernetesObject> DeployAsync(RunningControllers cluster, string spec)
    {
        cluster.Create(Yaml(spec));
        return await UntilDoneAsync(cluster);
    }

    private static async Task<KubernetesObject> UntilDoneAsync(RunningControllers cluster, int? replicas = null) => (await cluster.UntilAsync(Key(cluster), item =>
        Number(item, "observedGeneration") == KubernetesObject.Number(item.At("metadata", "generation"))
        && Condition(item, "Progressing").StartsWith("True NewReplicaSetAvailable", StringComparison.Ordinal)
        && Number(item, "updatedReplicas") == (replicas ?? KubernetesObject.Number(item.At("spec", "replicas")))
        && Number(item, "availableReplicas") == Number(item, "updatedReplicas") && Number(item, "replicas") == Number(item, "updatedReplicas"))).View;

    private static void Change(RunningControllers cluster, string container) => cluster.Update(Key(cluster), item =>
    {
        foreach (var (name, value) in RunningControllers.Parse(container))
            item["spec"]!["template"]!["spec"]!["containers"]![0]![name] = value!.DeepClone();
    });

    /// <summary>The most pods that were asked for and the fewest that were ready at any moment since.</summary>
    private static async Task<(long Most, long Fewest)> LimitsAsync(RunningControllers cluster, long from)
    {
        var (most, fewest, until) = (0L, long.MaxValue, cluster.Store.Revision);
        var seen = new Dictionary<ObjectKey, KubernetesObject>();
        await foreach (var change in cluster.Store.WatchAsync(null, null, 0, CancellationToken.None))
        {
            if (change.Type == ChangeType.Deleted || change.Object.IsBeingDeleted)
                seen.Remove(change.Object.Key);
            else
                seen[change.Object.Key] = change.Object.View;
            if (change.Revision > from)
            {
                most = Math.Max(most, Of(Kinds.ReplicaSet).Sum(set => KubernetesObject.Number(set.At("spec", "replicas"))));
                fewest = Math.Min(fewest, Of(Kinds.Pod).Count(pod => pod.Condition("Ready")?["status"]?.ToString() == "True"));
            }
            if (change.Revision >= until)
                return (most, fewest);
        }
        throw new InvalidOperationException("the watch ended");

        IEnumerable<KubernetesObject> Of(ResourceKind kind) => seen.Where(pair => pair.Key.Kind == kind).Select(pair => pair.Value);
    }

    private static string Yaml(string spec, int deadline = 600) => $$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec: {progressDeadlineSeconds: {{{deadline}}}, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: one}]}}, {{{spec}}}}
        """;

    private static ObjectKey Key(RunningControllers cluster) => cluster.Key(Kinds.Deployment, "web");

    private static long Number(KubernetesObject item, string field) => KubernetesObject.Number(item.At("status", field));

    private static string Numbers(KubernetesObject item)
    {
        var status = item.At("status")!.DeepClone().AsObject();
        status.Remove("conditions");
        return status.ToJsonString();
    }

    private static string Condition(KubernetesObject item, string type) =>
        item.Condition(type) is { } condition ? $"{condition["status"]} {condition["reason"]} {condition["message"]}" : "";

    private static string[] Said(RunningControllers cluster, string name) => [.. cluster.EventsAbout(name).Select(item => $"{item.Text("reason")} {item.Text("message")}")];
}
