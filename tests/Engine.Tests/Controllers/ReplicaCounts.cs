using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Controllers;

/// <summary>How many pods a metric asks for: pods that are not ready, not measured or on their way out count as in Kubernetes.</summary>
[TestClass]
public sealed class ReplicaCounts
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 1, 0, 0, TimeSpan.Zero);

    /// <param name="pods">What each uses (processors, or GiB of memory), of 0.1 processors and 0.5 GiB that it asks for: "-" is not measured. After that: p pending, s started without being ready, f failed, d being deleted, n became not ready long after its start, y young and ready for less than a window.</param>
    [TestMethod]
    [DataRow("cpu 100%", 2, "0.2 0.2", 4, DisplayName = "twice the target")]
    [DataRow("cpu 100%", 2, "0.15 0.15", 3, DisplayName = "half as much again")]
    [DataRow("cpu 100%", 3, "0.04 0.05 0.06", 2, DisplayName = "half of it, rounded up")]
    [DataRow("cpu 100%", 4, "0.01 0.01 0.01 0.01", 1, DisplayName = "nearly nothing")]
    [DataRow("cpu 100%", 2, "0.109 0.109", 2, DisplayName = "within the tolerance above")]
    [DataRow("cpu 100%", 2, "0.091 0.091", 2, DisplayName = "within the tolerance below")]
    [DataRow("cpu 100%", 10, "0.1109 0.1109 0.1109 0.1109 0.1109 0.1109 0.1109 0.1109 0.1109 0.1109", 12, DisplayName = "just outside of the tolerance")]
    [DataRow("cpu 200%", 2, "0.1 0.1", 1, DisplayName = "a target above the request")]
    [DataRow("cpu 100%", 1, "0.5", 5, DisplayName = "one pod")]
    [DataRow("cpu 100%", 2, "0.4 0", 4, DisplayName = "the sum counts, not the most")]
    [DataRow("cpu 50m", 2, "0.1 0.1", 4, DisplayName = "an average value")]
    [DataRow("cpu 50m", 4, "0.01 0.01 0.01 0.01", 1, DisplayName = "an average value, fewer")]
    [DataRow("cpu 50m", 2, "0.052 0.052", 2, DisplayName = "an average value within the tolerance")]
    [DataRow("memory 50%", 2, "0.5 0.5", 4, DisplayName = "memory by its request")]
    [DataRow("memory 256Mi", 2, "0.5 0.5", 4, DisplayName = "memory by value")]
    [DataRow("cpu 100%", 3, "0.2 0.2 -", 4, DisplayName = "more pods: one that is not measured uses nothing")]
    [DataRow("cpu 100%", 3, "0.02 0.02 -", 2, DisplayName = "fewer pods: one that is not measured uses its request")]
    [DataRow("cpu 200%", 3, "0.02 0.02 -", 2, DisplayName = "fewer pods: one that is not measured uses the target, where that is more")]
    [DataRow("cpu 100%", 2, "0.06 -", 2, DisplayName = "what is assumed does not turn fewer into more")]
    [DataRow("cpu 100%", 4, "0.11 - - -", 4, DisplayName = "what is assumed does not turn more into fewer")]
    [DataRow("cpu 50m", 3, "0.01 0.01 -", 2, DisplayName = "by value, one that is not measured uses the target")]
    [DataRow("cpu 100%", 3, "0.2 0.2 0.9p", 4, DisplayName = "more pods: a pending one uses nothing")]
    [DataRow("cpu 100%", 3, "0.2 0.2 0.9s", 4, DisplayName = "more pods: one that starts uses nothing")]
    [DataRow("cpu 100%", 3, "0.04 0.04 0.9s", 1, DisplayName = "fewer pods: one that starts does not count")]
    [DataRow("cpu 100%", 3, "0.2 0.2 0.9y", 4, DisplayName = "a window must lie after readiness")]
    [DataRow("cpu 100%", 3, "0.2 0.2 0.2n", 6, DisplayName = "one that was ready once counts")]
    [DataRow("memory 256Mi", 2, "0.5 0.5s", 4, DisplayName = "memory of one that is not ready counts")]
    [DataRow("cpu 100%", 3, "0.2 0.2 0.9f", 4, DisplayName = "a failed pod does not count")]
    [DataRow("cpu 100%", 3, "0.2 0.2 0.9d", 4, DisplayName = "one that is deleted does not count")]
    [DataRow("cpu 100%", 3, "0.1 0.1 -f", 3, DisplayName = "a failed pod that is not measured does not count")]
    public void FollowThePods(string metric, int current, string pods, int expected)
    {
        var (usages, all) = Read(pods, metric.StartsWith("memory", StringComparison.Ordinal));

        var proposal = Calculator(usages).Propose(Metric(metric), all, current, Rules, Rules);

        Assert.AreEqual(expected, proposal.Replicas, proposal.Status.ToJsonString());
    }

    [TestMethod]
    [DataRow("cpu 100%", "- -", "failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API")]
    [DataRow("cpu 100%", "0.1s 0.1p", "failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)")]
    [DataRow("cpu 50m", "0.1s", "failed to get cpu usage: did not receive metrics for targeted pods (pods might be unready)")]
    [DataRow("ephemeral-storage 1Gi", "0.1", "failed to get ephemeral-storage usage: did not receive metrics for targeted pods (pods might be unready)")]
    [DataRow("example.com/gpu 50%", "0.1", "failed to get example.com/gpu utilization: did not receive metrics for targeted pods (pods might be unready)")]
    public void AreNotKnownWithoutMetrics(string metric, string pods, string expected)
    {
        var (usages, all) = Read(pods, memory: false);

        Assert.AreEqual(expected, Assert.ThrowsExactly<MetricException>(() => Calculator(usages).Propose(Metric(metric), all, 2, Rules, Rules)).Message);
    }

    [TestMethod]
    public void ShowTheValuesBesideTheTarget()
    {
        var (usages, all) = Read("0.1234567 0.05", memory: false);

        var proposal = Calculator(usages).Propose(Metric("cpu 100%"), all, 2, Rules, Rules);

        Assert.AreEqual("""{"type":"Resource","resource":{"name":"cpu","current":{"averageValue":"87m","averageUtilization":87}}}""", proposal.Status.ToJsonString());
    }

    /// <summary>The other container's usage and its missing request are not looked at.</summary>
    [TestMethod]
    public void MayBeThoseOfOneContainer()
    {
        var pod = Pod("a", "");
        ((JsonArray)pod["spec"]!["containers"]!).Add(new JsonObject { ["name"] = "proxy", ["image"] = "a" });
        var usage = new Dictionary<string, MeasuredUsage> { ["main"] = Used(0.3m), ["proxy"] = Used(5) };
        var metric = Metric("cpu 100%");
        var source = metric["resource"]!.DeepClone();
        source["container"] = "main";
        var ofContainer = new JsonObject { ["type"] = "ContainerResource", ["containerResource"] = source };
        var calculator = new ReplicaCalculator(_ => usage, Now);

        var proposal = calculator.Propose(ofContainer, [Stored(pod)], 1, Rules, Rules);

        Assert.AreEqual((3, "cpu container resource utilization (percentage of request)"), (proposal.Replicas, proposal.Name));
        Assert.AreEqual("failed to get cpu utilization: missing request for cpu in container proxy of Pod a",
            Assert.ThrowsExactly<MetricException>(() => calculator.Propose(metric, [Stored(pod)], 1, Rules, Rules)).Message);
        usage.Remove("main");
        Assert.AreEqual("failed to get cpu utilization: unable to get metrics for resource cpu: container main not present in metrics for pod ns/a",
            Assert.ThrowsExactly<MetricException>(() => calculator.Propose(ofContainer, [Stored(pod)], 1, Rules, Rules)).Message);
    }

    private static ScalingRules Rules { get; } = new(TimeSpan.Zero, "Max", [], 0.1);

    private static ReplicaCalculator Calculator(Dictionary<string, MeasuredUsage> usages) =>
        new(pod => usages.TryGetValue(pod.Key.Name, out var usage) ? new Dictionary<string, MeasuredUsage> { ["main"] = usage } : null, Now);

    private static MeasuredUsage Used(decimal amount, bool memory = false) => memory ? new(0, amount * (1 << 30), Now, TimeSpan.FromSeconds(15)) : new(amount, 0, Now, TimeSpan.FromSeconds(15));

    private static (Dictionary<string, MeasuredUsage>, List<StoredObject>) Read(string pods, bool memory)
    {
        var (usages, all) = (new Dictionary<string, MeasuredUsage>(), new List<StoredObject>());
        foreach (var (index, text) in pods.Split(' ').Index())
        {
            var state = text.TrimStart("0123456789.-".ToCharArray());
            var name = $"pod-{index}";
            all.Add(Stored(Pod(name, state)));
            if (text[0] != '-')
                usages[name] = Used(decimal.Parse(text[..^state.Length], CultureInfo.InvariantCulture), memory);
        }
        return (usages, all);
    }

    private static StoredObject Stored(JsonObject pod) => new(new(Kinds.Pod, "ns", pod["metadata"]!["name"]!.ToString()), 1, pod);

    private static JsonObject Pod(string name, string state)
    {
        var started = Now - TimeSpan.FromMinutes(state is "s" or "y" ? 1 : 30);
        var changed = state == "y" ? Now - TimeSpan.FromSeconds(10) : state == "n" ? Now - TimeSpan.FromMinutes(1) : started;
        var pod = RunningControllers.Parse($$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: {{name}}, namespace: ns, uid: {{name}}}
            spec: {containers: [{name: main, image: a, resources: {requests: {cpu: 100m, memory: 512Mi} } }]}
            status:
              phase: {{state switch { "p" => "Pending", "f" => "Failed", _ => "Running" }}}
              startTime: '{{started:yyyy-MM-dd'T'HH:mm:ss'Z'}}'
              conditions: [{type: Ready, status: '{{state is not ("s" or "n" or "p" or "f")}}', lastTransitionTime: '{{changed:yyyy-MM-dd'T'HH:mm:ss'Z'}}'}]
            """);
        if (state == "d")
            pod["metadata"]!["deletionTimestamp"] = "2026-01-01T01:00:00Z";
        return pod;
    }

    private static JsonObject Metric(string text)
    {
        var (name, target) = (text.Split(' ')[0], text.Split(' ')[1]);
        return new()
        {
            ["type"] = "Resource",
            ["resource"] = new JsonObject
            {
                ["name"] = name,
                ["target"] = target.EndsWith('%') ? new() { ["type"] = "Utilization", ["averageUtilization"] = long.Parse(target[..^1], CultureInfo.InvariantCulture) } : new JsonObject { ["type"] = "AverageValue", ["averageValue"] = target },
            },
        };
    }
}
