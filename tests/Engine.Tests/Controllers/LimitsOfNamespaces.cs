using Kontrakt.Engine.Store;

namespace Engine.Tests.Controllers;

/// <summary>A LimitRange says what containers, pods and claims of a namespace get and may have.</summary>
[TestClass]
public sealed class LimitsOfNamespaces
{
    [TestMethod]
    [Timeout(120_000)]
    [DataRow("default: {memory: 128Mi}, defaultRequest: {cpu: 100m}", "", """{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"memory":"128Mi"}}""", "LimitRanger plugin set: cpu, memory request for container c; memory limit for container c")]
    [DataRow("max: {cpu: '2'}", "", """{"requests":{"cpu":"2"},"limits":{"cpu":"2"}}""", "LimitRanger plugin set: cpu request for container c; cpu limit for container c")]
    [DataRow("min: {cpu: 100m}", "", """{"requests":{"cpu":"100m"}}""", "LimitRanger plugin set: cpu request for container c")]
    [DataRow("default: {cpu: '2'}, defaultRequest: {cpu: '1'}", "limits: {cpu: '3'}", """{"limits":{"cpu":"3"},"requests":{"cpu":"3"}}""", "")]
    [DataRow("default: {cpu: '2'}, defaultRequest: {cpu: '1'}", "requests: {cpu: 500m}", """{"requests":{"cpu":"500m"},"limits":{"cpu":"2"}}""", "LimitRanger plugin set: cpu limit for container c")]
    public async Task ContainersGetWhatTheyDoNotSay(string limits, string resources, string expected, string annotation)
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Range($"type: Container, {limits}"));

        var pod = cluster.Create(Pod(resources)).View;

        Assert.AreEqual((expected, annotation), (pod.At("spec", "containers", 0, "resources")?.ToJsonString(), pod.Annotations.GetValueOrDefault("kubernetes.io/limit-ranger", "")));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WhatContainersGetMakesTheirPodsClass()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Range("type: Container, default: {cpu: 1, memory: 64Mi}"));

        Assert.AreEqual("Guaranteed", cluster.Create(Pod("")).View.Text("status", "qosClass"));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("type: Container, max: {memory: 1Gi}", "limits: {memory: 2Gi}", "maximum memory usage per Container is 1Gi, but limit is 2Gi")]
    [DataRow("type: Container, min: {cpu: 1}", "requests: {cpu: 500m}", "minimum cpu usage per Container is 1, but request is 500m")]
    [DataRow("type: Container, maxLimitRequestRatio: {cpu: 2}", "requests: {cpu: 1}, limits: {cpu: 3}", "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000")]
    [DataRow("type: Container, maxLimitRequestRatio: {cpu: 2}", "", "cpu max limit to request ratio per Container is 2, but no request is specified or request is 0")]
    [DataRow("type: Container, maxLimitRequestRatio: {cpu: 2}", "requests: {cpu: 1}", "cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0")]
    [DataRow("type: Pod, max: {cpu: 1}", "", "maximum cpu usage per Pod is 1.  No limit is specified")]
    [DataRow("type: Pod, min: {cpu: 1, memory: 1Gi}", "", "[minimum cpu usage per Pod is 1.  No request is specified, minimum memory usage per Pod is 1Gi.  No request is specified]")]
    [DataRow("type: Pod, max: {cpu: 1}", "limits: {cpu: 2}", "maximum cpu usage per Pod is 1, but limit is 2")]
    public async Task WhatIsOutsideOfThemIsRefused(string limits, string resources, string message)
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Range(limits));

        var refused = Assert.ThrowsExactly<StatusException>(() => cluster.Create(Pod(resources)));

        Assert.AreEqual((403, $"pods \"p\" is forbidden: {message}"), (refused.Code, refused.Message));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task APodIsTheSumOfItsContainers()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Range("type: Pod, max: {memory: 100Mi}"));
        static string Pod(int init) => $"{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, spec: {{initContainers: [{Container("i", init)}], containers: [{Container("a", 50)}, {Container("b", 50)}]}}}}";
        static string Container(string name, int memory) => $"{{name: {name}, image: one, resources: {{limits: {{memory: {memory}Mi}}}}}}";

        var refused = Assert.ThrowsExactly<StatusException>(() => cluster.Create(Pod(init: 101)));
        cluster.Create(Pod(init: 100));

        Assert.AreEqual("pods \"p\" is forbidden: maximum memory usage per Pod is 100Mi, but limit is 101Mi", refused.Message);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("min: {storage: 2Gi}", "minimum storage usage per PersistentVolumeClaim is 2Gi, but request is 1Gi")]
    [DataRow("max: {storage: 512Mi}", "maximum storage usage per PersistentVolumeClaim is 512Mi, but request is 1Gi")]
    public async Task AClaimHasABoundedSize(string limits, string message)
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Range($"type: PersistentVolumeClaim, {limits}"));

        var refused = Assert.ThrowsExactly<StatusException>(() =>
            cluster.Create("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}"));

        Assert.AreEqual((403, $"persistentvolumeclaims \"c\" is forbidden: {message}"), (refused.Code, refused.Message));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task DefaultsAreEnoughForAQuota()
    {
        await using var cluster = new RunningControllers();
        cluster.Create("{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {requests.cpu: 1}}}");
        cluster.Create(Range("type: Container, defaultRequest: {cpu: 600m}"));

        var pod = cluster.Create(Pod(""));

        Assert.AreEqual("600m", pod.View.Text("spec", "containers", 0, "resources", "requests", "cpu"));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("type: Node", "spec.limits[0].type: Invalid value: \"Node\": must be a standard limit type or fully qualified")]
    [DataRow("type: Pod}, {type: Pod", "spec.limits[1].type: Duplicate value: \"Pod\"")]
    [DataRow("type: Pod, default: {cpu: 1}", "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'")]
    [DataRow("type: Pod, max: {storage: 1}", "spec.limits[0].max[storage]: Invalid value: \"storage\": must be a standard resource for containers")]
    [DataRow("type: PersistentVolumeClaim", "spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided")]
    [DataRow("type: Container, min: {cpu: 2}, max: {cpu: 1}", "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1")]
    [DataRow("type: Container, default: {cpu: 2}, max: {cpu: 1}", "spec.limits[0].default[cpu]: Invalid value: \"1\": default value 2 is greater than max value 1")]
    [DataRow("type: Container, default: {cpu: 1}, defaultRequest: {cpu: 2}", "spec.limits[0].defaultRequest[cpu]: Invalid value: \"2\": default request value 2 is greater than default limit value 1")]
    [DataRow("type: Container, maxLimitRequestRatio: {cpu: 500m}", "ratio 500m is less than 1")]
    [DataRow("type: Pod, min: {cpu: 1}, max: {cpu: 2}, maxLimitRequestRatio: {cpu: 3}", "ratio 3 is greater than max/min = 2.000000")]
    public async Task OneThatCannotBeIsRefused(string limits, string message)
    {
        await using var cluster = new RunningControllers();

        Assert.Contains(message, Assert.ThrowsExactly<StatusException>(() => cluster.Create(Range(limits))).Message);
    }

    private static string Range(string limits) => $"{{apiVersion: v1, kind: LimitRange, metadata: {{name: limits}}, spec: {{limits: [{{{limits}}}]}}}}";

    private static string Pod(string resources) => $"{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, spec: {{containers: [{{name: c, image: one, resources: {{{resources}}}}}]}}}}";
}
