using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Scheduling;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Pods.Scheduling;

/// <summary>A pod gets the node, or is told why not, as kube-scheduler words it.</summary>
[TestClass]
public sealed class Scheduled
{
    private readonly ClusterObjects objects = new(new(), [], TimeProvider.System);

    public Scheduled() => NodeObject.Register(objects, "kontrakt", "10.244.0.1", new(2, 1L << 30, 1L << 40, 110));

    [TestMethod]
    [DataRow("{}", null)]
    [DataRow("""{"nodeSelector": {"kubernetes.io/os": "linux"}}""", null)]
    [DataRow("""{"nodeSelector": {"a": "b"}}""", "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.")]
    [DataRow("""{"containers": [{"resources": {"requests": {"cpu": "100", "memory": "1Ti"}}}]}""", "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.")]
    [DataRow("""{"containers": [{"resources": {"limits": {"cpu": "1500m"}}}, {"resources": {"requests": {"cpu": "501m"}}}]}""", "0/1 nodes are available: 1 Insufficient cpu.")]
    [DataRow("""{"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]}]}]}}}}""", null)]
    [DataRow("""{"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "gpu", "operator": "Exists"}]}]}}}}""", "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.")]
    public void ThePodFitsOrItIsSaidWhyNot(string spec, string? why)
    {
        var pod = PodJson.Define(spec, objects);

        Assert.AreEqual(why, NodeFit.WhyNot(pod, objects.Store.Find(new(Kinds.Node, "", "kontrakt"))!.View));
    }

    [TestMethod]
    [DataRow("{}", false)]
    [DataRow("""{"tolerations": [{"operator": "Exists"}]}""", true)]
    [DataRow("""{"tolerations": [{"key": "a", "value": "b", "effect": "NoSchedule"}]}""", true)]
    [DataRow("""{"tolerations": [{"key": "a", "value": "c", "effect": "NoSchedule"}]}""", false)]
    public void ATaintKeepsPodsAwayThatDoNotTolerateIt(string spec, bool fits)
    {
        objects.Update(new(Kinds.Node, "", "kontrakt"), json => json["spec"] = PodJson.Parse("""{"taints": [{"key": "a", "value": "b", "effect": "NoSchedule"}]}"""));

        var why = NodeFit.WhyNot(PodJson.Define(spec, objects), objects.Store.Find(new(Kinds.Node, "", "kontrakt"))!.View);

        Assert.AreEqual(fits ? null : "0/1 nodes are available: 1 node(s) had untolerated taint {a: b}.", why);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task APodWaitsUntilTheNodeFits()
    {
        using var stop = new CancellationTokenSource();
        var running = new Scheduler(objects).RunAsync(stop.Token);
        var pod = objects.Create(Kinds.Pod, "ns", PodJson.Pod("""{"nodeSelector": {"a": "b"}, "containers": [{"name": "main"}]}"""));

        await UntilAsync(pod.Key, item => item.View.Condition("PodScheduled")?["reason"]?.ToString() == "Unschedulable");
        objects.Update(new(Kinds.Node, "", "kontrakt"), json => ((JsonObject)json["metadata"]!)["labels"] = new JsonObject { ["a"] = "b" });
        await UntilAsync(pod.Key, item => item.View.Text("spec", "nodeName") == "kontrakt");
        await UntilAsync(Kinds.Event, item => item.View.Text("reason") == "Scheduled");

        Assert.AreEqual(1, objects.Store.List(Kinds.Event).Items.Count(item => item.View.Text("reason") == "FailedScheduling"));
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
    }

    private Task UntilAsync(ObjectKey key, Func<StoredObject, bool> condition) => UntilAsync(key.Kind, item => item.Key == key && condition(item));

    private async Task UntilAsync(ResourceKind kind, Func<StoredObject, bool> condition)
    {
        await foreach (var change in objects.Store.WatchAsync(kind, null, 0, CancellationToken.None))
        {
            if (condition(change.Object))
                return;
        }
    }
}
