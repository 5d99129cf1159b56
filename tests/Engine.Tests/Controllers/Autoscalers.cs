using Kontrakt.Engine.Pods.Sandboxes.Limits;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Controllers;

/// <summary>An autoscaler gives its target the pods that what they use asks for, as fast as its rules let it.</summary>
[TestClass]
public sealed class Autoscalers
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("cpu 100%", 2, "{}", 0.2, 4, "SucceededRescale", DisplayName = "twice the target doubles")]
    [DataRow("cpu 10%", 1, "{}", 0.2, 5, "SucceededRescale", DisplayName = "at most four more at once")]
    [DataRow("cpu 200%", 2, "{}", 0.22, 2, "ReadyForNewScale", DisplayName = "within the tolerance")]
    [DataRow("cpu 50%", 2, "{scaleUp: {selectPolicy: Disabled}}", 0.2, 2, "ReadyForNewScale", DisplayName = "it must not scale up")]
    [DataRow("cpu 50%", 2, "{scaleUp: {policies: [{type: Pods, value: 1, periodSeconds: 60}]}}", 0.2, 3, "SucceededRescale", DisplayName = "one pod in a minute")]
    [DataRow("cpu 50%", 4, "{scaleUp: {policies: [{type: Percent, value: 25, periodSeconds: 60}]}}", 0.2, 5, "SucceededRescale", DisplayName = "a quarter in a minute")]
    [DataRow("cpu 50%", 2, "{scaleUp: {stabilizationWindowSeconds: 60}}", 0.2, 2, "ScaleUpStabilized", DisplayName = "more only after a minute")]
    [DataRow("cpu 50%", 2, "{scaleUp: {tolerance: '3'}}", 0.2, 2, "ReadyForNewScale", DisplayName = "a tolerance of its own")]
    [DataRow("cpu 100%", 4, "{}", 0.01, 4, "ScaleDownStabilized", DisplayName = "fewer only after five minutes")]
    [DataRow("cpu 100%", 4, "{scaleDown: {stabilizationWindowSeconds: 0}}", 0.02, 1, "SucceededRescale", DisplayName = "fewer at once")]
    [DataRow("cpu 100%", 4, "{scaleDown: {stabilizationWindowSeconds: 0, policies: [{type: Pods, value: 1, periodSeconds: 60}]}}", 0.02, 3, "SucceededRescale", DisplayName = "one fewer in a minute")]
    [DataRow("cpu 100%", 4, "{scaleDown: {stabilizationWindowSeconds: 0, selectPolicy: Min, policies: [{type: Pods, value: 1, periodSeconds: 60}, {type: Percent, value: 100, periodSeconds: 60}]}}", 0.02, 3, "SucceededRescale", DisplayName = "the smaller change")]
    [DataRow("cpu 50m", 2, "{}", 0.1, 4, "SucceededRescale", DisplayName = "an average value")]
    [DataRow("memory 50Mi", 2, "{}", 0.1, 5, "SucceededRescale", DisplayName = "memory")]
    [DataRow("cpu 1%", 6, "{}", 0.2, 10, "SucceededRescale", DisplayName = "no more than the most")]
    public async Task FollowTheirMetric(string metric, int replicas, string behavior, double processors, int expected, string able)
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        cluster.Create(Deployment(replicas));
        await ReadyAsync(cluster, replicas);
        using var used = new Used(cluster, processors);
        cluster.Create(Autoscaler(metric, behavior));

        var autoscaler = await LookAsync(cluster);

        Assert.AreEqual("True", autoscaler.Condition("ScalingActive")?.Text("status"), autoscaler.Json.ToJsonString());
        Assert.AreEqual((expected, able), ((int)KubernetesObject.Number(Target(cluster).At("spec", "replicas")), autoscaler.Condition("AbleToScale")?.Text("reason")), autoscaler.Json.ToJsonString());
        Assert.AreEqual(expected, (int)KubernetesObject.Number(autoscaler.At("status", "desiredReplicas")));
        Assert.AreEqual(expected != replicas, cluster.All(Kinds.Event).Any(each => each.View.Text("reason") == "SuccessfulRescale"));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("type: Pods, pods: {metric: {name: hits}, target: {type: AverageValue, averageValue: 1}}", "FailedGetPodsMetric")]
    [DataRow("type: Object, object: {describedObject: {kind: Service, name: web}, metric: {name: hits}, target: {type: Value, value: 1}}", "FailedGetObjectMetric")]
    [DataRow("type: External, external: {metric: {name: hits}, target: {type: Value, value: 1}}", "FailedGetExternalMetric")]
    [DataRow("type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}", "FailedGetResourceMetric", DisplayName = "nothing is known of the pods")]
    public async Task SayWhatTheyCannotRead(string metric, string reason)
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        cluster.Create(Deployment(2));
        cluster.Create(Yaml($"[{{{metric}}}]", "{}"));

        var autoscaler = await cluster.UntilAsync(cluster.Key(Kinds.HorizontalPodAutoscaler, "a"), item => item.Condition("ScalingActive") is not null);

        Assert.AreEqual(("False", reason), (autoscaler.View.Condition("ScalingActive")?.Text("status"), autoscaler.View.Condition("ScalingActive")?.Text("reason")));
        Assert.IsTrue(cluster.All(Kinds.Event).Any(each => each.View.Text("reason") == reason), reason);
        Assert.AreEqual(2, (int)KubernetesObject.Number(Target(cluster).At("spec", "replicas")));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task SayThatTheirTargetDoesNotExist()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Autoscaler("cpu 50%", "{}"));

        var autoscaler = await cluster.UntilAsync(cluster.Key(Kinds.HorizontalPodAutoscaler, "a"), item => item.Condition("AbleToScale") is not null);

        Assert.AreEqual("FailedGetScale the HPA controller was unable to get the target's current scale: deployments.apps \"web\" not found",
            $"{autoscaler.View.Condition("AbleToScale")?.Text("reason")} {autoscaler.View.Condition("AbleToScale")?.Text("message")}");
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow(0, 0, "ScalingDisabled")]
    [DataRow(12, 10, null)]
    public async Task KeepToTheirBounds(int replicas, int expected, string? reason)
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        cluster.Create(Deployment(replicas));
        cluster.Create(Autoscaler("cpu 50%", "{}"));

        var autoscaler = await cluster.UntilAsync(cluster.Key(Kinds.HorizontalPodAutoscaler, "a"), item => item.Condition("AbleToScale") is not null);

        Assert.AreEqual(expected, (int)KubernetesObject.Number(Target(cluster).At("spec", "replicas")));
        Assert.AreEqual(reason, autoscaler.View.Condition("ScalingActive")?.Text("reason"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task NeedARequestForAShareOfIt()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        cluster.Create(Deployment(1).Replace("requests: {cpu: 100m}", "requests: {memory: 1Mi}", StringComparison.Ordinal));
        await ReadyAsync(cluster, 1);
        using var used = new Used(cluster, 0.1);
        cluster.Create(Autoscaler("cpu 50%", "{}"));

        var autoscaler = await LookAsync(cluster);

        Assert.Contains("missing request for cpu in container main of Pod ", autoscaler.Condition("ScalingActive")?.Text("message") ?? "");
    }

    /// <summary>The autoscaler when it has looked at its metric: once, since the clock stands still.</summary>
    private static async Task<KubernetesObject> LookAsync(RunningControllers cluster) =>
        (await cluster.UntilAsync(cluster.Key(Kinds.HorizontalPodAutoscaler, "a"), item => item.Condition("ScalingActive") is not null)).View;

    private static async Task ReadyAsync(RunningControllers cluster, int replicas) => await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count(pod => pod.View.Condition("Ready")?.Text("status") == "True") == replicas);

    private static KubernetesObject Target(RunningControllers cluster) => cluster.Get(cluster.Key(Kinds.Deployment, "web")).View;

    private static string Deployment(int replicas) => $$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: {{{replicas}}}
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: main, image: a, resources: {requests: {cpu: 100m} } }]}
        """;

    private static string Autoscaler(string metric, string behavior)
    {
        var (name, target) = (metric.Split(' ')[0], metric.Split(' ')[1]);
        var wanted = target.EndsWith('%') ? $"type: Utilization, averageUtilization: {target.TrimEnd('%')}" : $"type: AverageValue, averageValue: {target}";
        return Yaml($"[{{type: Resource, resource: {{name: {name}, target: {{{wanted}}}}}}}]", behavior);
    }

    private static string Yaml(string metrics, string behavior) => $$"""
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: a}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          minReplicas: 1
          maxReplicas: 10
          metrics: {{metrics}}
          behavior: {{behavior}}
        """;

    /// <summary>What the pods use, since a period ago: so many processors, and as many GiB of memory.</summary>
    private sealed class Used : IDisposable
    {
        private readonly List<IDisposable> registered = [];

        public Used(RunningControllers cluster, double processors)
        {
            var began = cluster.Time.GetUtcNow();
            foreach (var pod in cluster.All(Kinds.Pod))
            {
                registered.Add(cluster.Usages.Register(pod.View.Uid, "main", () => new ContainerUsage((cluster.Time.GetUtcNow() - began) * processors, (long)(processors * (1 << 30)))));
                Assert.IsNull(cluster.Usages.Measure(pod.View.Uid, "main"), "a rate takes two moments");
            }
            cluster.Time.Advance(Period);
        }

        public void Dispose()
        {
            foreach (var each in registered)
                each.Dispose();
        }
    }
}
