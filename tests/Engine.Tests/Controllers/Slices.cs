using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Controllers;

/// <summary>The slices of a Service are its pods, ready or not, or what somebody wrote into its Endpoints.</summary>
[TestClass]
public sealed class Slices
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task APodIsReadyThenTerminatingThenGone()
    {
        await using var cluster = new RunningControllers();
        var service = Service(cluster, "ports: [{port: 80, targetPort: 8080}], selector: {app: a}");
        await UntilAsync(cluster, slice => slice.Items("endpoints").Any() ? null : "none", "none");
        var pod = Pod(cluster, "p1");

        SetStatus(cluster, pod, "10.244.0.5", ready: false);
        await UntilAsync(cluster, Conditions, """{"ready":false,"serving":false,"terminating":false}""");
        SetStatus(cluster, pod, "10.244.0.5", ready: true);
        await UntilAsync(cluster, Conditions, """{"ready":true,"serving":true,"terminating":false}""");
        var slice = cluster.All(Kinds.EndpointSlice).Single().View;
        cluster.Objects.Delete(pod, new());
        await UntilAsync(cluster, Conditions, """{"ready":false,"serving":true,"terminating":true}""");
        SetStatus(cluster, pod, "10.244.0.5", ready: false, phase: "Succeeded");
        await UntilAsync(cluster, slice => slice.Items("endpoints").Any() ? null : "none", "none");

        Assert.AreEqual(("s", "endpointslice-controller.k8s.io", "x"), (slice.Labels["kubernetes.io/service-name"], slice.Labels["endpointslice.kubernetes.io/managed-by"], slice.Labels["own"]));
        Assert.AreEqual(("IPv4", "8080", "TCP", ""), (slice.Text("addressType"), slice.Text("ports", 0, "port"), slice.Text("ports", 0, "protocol"), slice.Text("ports", 0, "name")));
        Assert.AreEqual(("10.244.0.5", "kontrakt", "p1"), (slice.Text("endpoints", 0, "addresses", 0), slice.Text("endpoints", 0, "nodeName"), slice.Text("endpoints", 0, "targetRef", "name")));
        Assert.AreEqual(("Service", "s", cluster.Get(service).View.Uid), (slice.Text("metadata", "ownerReferences", 0, "kind"), slice.Text("metadata", "ownerReferences", 0, "name"), slice.Text("metadata", "ownerReferences", 0, "uid")));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AServiceThatShowsAllIsReadyWithPodsThatAreNot()
    {
        await using var cluster = new RunningControllers();
        Service(cluster, "clusterIP: None, publishNotReadyAddresses: true, selector: {app: a}");

        SetStatus(cluster, Pod(cluster, "p1", "hostname: db-0, subdomain: s,"), "10.244.0.5", ready: false);

        await UntilAsync(cluster, Conditions, """{"ready":true,"serving":false,"terminating":false}""");
        var slice = cluster.All(Kinds.EndpointSlice).Single().View;
        Assert.AreEqual(("", "db-0"), (slice.Labels["service.kubernetes.io/headless"], slice.Text("endpoints", 0, "hostname")));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task NoneHasMoreThanAHundredEndpoints()
    {
        await using var cluster = new RunningControllers();
        Service(cluster, "ports: [{port: 80}], selector: {app: a}");
        var pods = Enumerable.Range(0, 205).Select(index => Pod(cluster, $"p{index}")).ToList();
        foreach (var (index, pod) in pods.Index())
            SetStatus(cluster, pod, $"10.244.{index / 200}.{(index % 200) + 2}", ready: true);
        await cluster.UntilAsync(() => Sizes(cluster).Sum() == 205);
        Assert.AreEqual("5 100 100", string.Join(' ', Sizes(cluster).Order()));
        var names = cluster.All(Kinds.EndpointSlice).Select(slice => slice.Key.Name).ToList();

        cluster.Objects.TryDelete(cluster.Get(pods[0]));
        SetStatus(cluster, pods[0], "10.244.0.2", ready: false, phase: "Failed");

        await cluster.UntilAsync(() => Sizes(cluster).Sum() == 204);
        CollectionAssert.AreEquivalent(names, cluster.All(Kinds.EndpointSlice).Select(slice => slice.Key.Name).ToList());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WhatSomebodyWritesIntoEndpointsIsMirrored()
    {
        await using var cluster = new RunningControllers();
        Service(cluster, "ports: [{name: db, port: 5432}]");
        var endpoints = cluster.Create("""
            apiVersion: v1
            kind: Endpoints
            metadata: {name: s, labels: {tier: db}, annotations: {note: hello}}
            subsets:
            - {addresses: [{ip: 10.1.1.1}, {ip: "fd00::1"}], notReadyAddresses: [{ip: 10.1.1.2}], ports: [{name: db, port: 5432}]}
            """).Key;

        await cluster.UntilAsync(() => cluster.All(Kinds.EndpointSlice).Count == 2);
        var (four, six) = (cluster.All(Kinds.EndpointSlice).Single(slice => slice.View.Text("addressType") == "IPv4").View, cluster.All(Kinds.EndpointSlice).Single(slice => slice.View.Text("addressType") == "IPv6").View);
        Assert.AreEqual("""[{"addresses":["10.1.1.1"],"conditions":{"ready":true}},{"addresses":["10.1.1.2"],"conditions":{"ready":false}}]""", four.Json["endpoints"]?.ToJsonString());
        Assert.AreEqual("fd00::1", six.Text("endpoints", 0, "addresses", 0));
        Assert.AreEqual(("endpointslicemirroring-controller.k8s.io", "s", "db", "hello"),
            (four.Labels["endpointslice.kubernetes.io/managed-by"], four.Labels["kubernetes.io/service-name"], four.Labels["tier"], four.Annotations["note"]));
        cluster.Objects.Delete(endpoints, new());
        await cluster.UntilAsync(() => cluster.All(Kinds.EndpointSlice).Count == 0);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("metadata: {name: s, labels: {endpointslice.kubernetes.io/skip-mirror: 'true'}}")]
    [DataRow("metadata: {name: s, annotations: {control-plane.alpha.kubernetes.io/leader: '{}'}}")]
    public async Task EndpointsThatAreSomethingElseAreNot(string metadata)
    {
        await using var cluster = new RunningControllers();
        Service(cluster, "ports: [{port: 80}]");
        var endpoints = cluster.Create($"{{apiVersion: v1, kind: Endpoints, {metadata}, subsets: [{{addresses: [{{ip: 10.1.1.1}}], ports: [{{port: 80}}]}}]}}").Key;

        // The same controller looks at one Service after the other: once it has made the second one's, it has seen the first.
        cluster.Create("{apiVersion: v1, kind: Service, metadata: {name: t}, spec: {ports: [{port: 80}]}}");
        cluster.Create("{apiVersion: v1, kind: Endpoints, metadata: {name: t}, subsets: [{addresses: [{ip: 10.1.1.1}], ports: [{port: 80}]}]}");
        await cluster.UntilAsync(() => cluster.All(Kinds.EndpointSlice).Count > 0);

        Assert.AreEqual("t", cluster.All(Kinds.EndpointSlice).Single().View.Labels["kubernetes.io/service-name"]);
        Assert.IsNotNull(cluster.Store.Find(endpoints));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task TheyGoWithTheirServiceAndOthersStay()
    {
        await using var cluster = new RunningControllers();
        var service = Service(cluster, "ports: [{port: 80}], selector: {app: a}");
        var own = cluster.Create("{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: own, labels: {kubernetes.io/service-name: s}}, addressType: IPv4, endpoints: [{addresses: [10.1.1.1]}], ports: [{port: 80}]}").Key;
        await cluster.UntilAsync(() => cluster.All(Kinds.EndpointSlice).Count == 2);

        cluster.Objects.Delete(service, new());

        await cluster.UntilAsync(() => cluster.All(Kinds.EndpointSlice).Count == 1);
        Assert.AreEqual(own, cluster.All(Kinds.EndpointSlice).Single().Key);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("endpoints: []", "addressType: Required value")]
    [DataRow("addressType: IPv4, endpoints: [{addresses: []}]", "endpoints[0].addresses: Required value: must contain at least 1 address")]
    [DataRow("addressType: IPv4, endpoints: [{addresses: ['fd00::1']}]", "endpoints[0].addresses[0]: Invalid value: \"fd00::1\": must be an IPv4 address")]
    [DataRow("addressType: IPv4, endpoints: [{addresses: [127.0.0.1]}]", "may not be in the loopback range")]
    [DataRow("addressType: FQDN, endpoints: [{addresses: [Not_A_Name]}]", "endpoints[0].addresses[0]: Invalid value: \"Not_A_Name\"")]
    [DataRow("addressType: IPv4, endpoints: [], ports: [{port: 1}, {port: 2}]", "ports[1].name: Duplicate value: \"\"")]
    [DataRow("addressType: IPv4, endpoints: [], ports: [{port: 70000}]", "ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    public async Task OneThatCannotBeIsRefused(string yaml, string message)
    {
        await using var cluster = new RunningControllers();

        Assert.Contains(message, Assert.ThrowsExactly<StatusException>(() => cluster.Create($"{{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {{name: x}}, {yaml}}}")).Message);
    }

    private static ObjectKey Service(RunningControllers cluster, string spec) =>
        cluster.Create($"{{apiVersion: v1, kind: Service, metadata: {{name: s, labels: {{own: x}}}}, spec: {{{spec}}}}}").Key;

    private static ObjectKey Pod(RunningControllers cluster, string name, string spec = "") =>
        cluster.Create($"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, labels: {{app: a}}}}, spec: {{{spec} nodeName: kontrakt, containers: [{{name: c, image: one}}]}}}}").Key;

    private static void SetStatus(RunningControllers cluster, ObjectKey pod, string address, bool ready, string phase = "Running") =>
        cluster.Objects.UpdateStatus(pod, item => item["status"] = RunningControllers.Parse($"{{phase: {phase}, podIP: {address}, conditions: [{{type: Ready, status: '{ready}'}}]}}"));

    private static IEnumerable<int> Sizes(RunningControllers cluster) => cluster.All(Kinds.EndpointSlice).Select(slice => slice.View.Items("endpoints").Count());

    private static string? Conditions(KubernetesObject slice) => (slice.At("endpoints", 0, "conditions") as JsonObject)?.ToJsonString();

    /// <summary>Until the one slice shows it.</summary>
    private static Task UntilAsync(RunningControllers cluster, Func<KubernetesObject, string?> shown, string expected) =>
        cluster.UntilAsync(() => cluster.All(Kinds.EndpointSlice) is [var slice] && shown(slice.View) == expected, () => string.Join('\n', cluster.All(Kinds.EndpointSlice).Select(slice => slice.View.Json.ToJsonString())));
}
