using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Controllers;

/// <summary>The endpoints of a Service are the addresses of its pods, the ready apart from the others.</summary>
[TestClass]
public sealed class EndpointLists
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task PodsMoveToTheReadyOnesAndLeaveWithTheirEnd()
    {
        await using var cluster = new RunningControllers();
        var endpoints = Service(cluster, "ports: [{port: 80, targetPort: 8080}], selector: {app: a}");
        await cluster.UntilAsync(endpoints, item => item.At("subsets") is null);
        var pod = Pod(cluster, "p1", "a");

        SetStatus(cluster, pod, "10.244.0.5", ready: false);
        await UntilSubsets(cluster, endpoints, $$"""[{notReadyAddresses: [{{Address(cluster, pod)}}], ports: [{port: 8080, protocol: TCP}]}]""");
        SetStatus(cluster, pod, "10.244.0.5", ready: true);
        await UntilSubsets(cluster, endpoints, $$"""[{addresses: [{{Address(cluster, pod)}}], ports: [{port: 8080, protocol: TCP}]}]""");
        SetStatus(cluster, pod, "10.244.0.5", ready: false, phase: "Succeeded");

        await cluster.UntilAsync(endpoints, item => item.At("subsets") is null);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task APodThatChangesItsLabelsLeaves()
    {
        await using var cluster = new RunningControllers();
        var endpoints = Service(cluster, "ports: [{port: 80}], selector: {app: a}");
        var pod = Pod(cluster, "p1", "a");
        SetStatus(cluster, pod, "10.244.0.5", ready: true);
        await cluster.UntilAsync(endpoints, item => item.Items("subsets").Any());

        cluster.Update(pod, item => item["metadata"]!["labels"]!["app"] = "other");

        await cluster.UntilAsync(endpoints, item => item.At("subsets") is null);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task NamedPortsAreEachPodsOwn()
    {
        await using var cluster = new RunningControllers();
        var endpoints = Service(cluster, "ports: [{name: web, port: 80, targetPort: http}], selector: {app: a}");
        var (one, two, none) = (Pod(cluster, "p1", "a", 8080), Pod(cluster, "p2", "a", 9090), Pod(cluster, "p3", "a"));
        foreach (var (pod, address) in new[] { (one, "10.244.0.5"), (two, "10.244.0.6"), (none, "10.244.0.7") })
            SetStatus(cluster, pod, address, ready: true);

        await UntilSubsets(cluster, endpoints, $$"""
            [{addresses: [{{Address(cluster, one)}}], ports: [{name: web, port: 8080, protocol: TCP}]},
             {addresses: [{{Address(cluster, two)}}], ports: [{name: web, port: 9090, protocol: TCP}]}]
            """);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AHeadlessServiceWithoutPortsNamesItsPodsHosts()
    {
        await using var cluster = new RunningControllers();
        var endpoints = Service(cluster, "clusterIP: None, publishNotReadyAddresses: true, selector: {app: a}");
        var pod = cluster.Create("{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {app: a}}, spec: {hostname: db-0, subdomain: s, containers: [{name: c, image: one}]}}").Key;

        SetStatus(cluster, pod, "10.244.0.5", ready: false);

        var found = await cluster.UntilAsync(endpoints, item => item.Items("subsets").Any());
        Assert.AreEqual("db-0", found.View.Text("subsets", 0, "addresses", 0, "hostname"));
        Assert.AreEqual("", found.View.Labels["service.kubernetes.io/headless"]);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task EndpointsGoWithTheirServiceAndOthersAreLeftAlone()
    {
        await using var cluster = new RunningControllers();
        var own = cluster.Create("{apiVersion: v1, kind: Endpoints, metadata: {name: own}, subsets: [{addresses: [{ip: 10.1.1.1}]}]}").Key;
        var endpoints = Service(cluster, "ports: [{port: 80}], selector: {app: a}");
        await cluster.UntilAsync(endpoints, _ => true);

        cluster.Update(own, item => item["metadata"]!["labels"] = new JsonObject { ["touched"] = "yes" });
        cluster.Objects.Delete(endpoints with { Kind = Kinds.Service }, new());

        await cluster.UntilGoneAsync(endpoints);
        Assert.IsNotNull(cluster.Store.Find(own));
    }

    private static ObjectKey Service(RunningControllers cluster, string spec) =>
        cluster.Create($"{{apiVersion: v1, kind: Service, metadata: {{name: s}}, spec: {{{spec}}}}}").Key with { Kind = Kinds.Endpoints };

    private static ObjectKey Pod(RunningControllers cluster, string name, string app, int? http = null)
    {
        var ports = http is null ? "" : $"{{name: http, containerPort: {http}}}";
        return cluster.Create($"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, labels: {{app: {app}}}}}, spec: {{nodeName: kontrakt, containers: [{{name: c, image: one, ports: [{ports}]}}]}}}}").Key;
    }

    private static void SetStatus(RunningControllers cluster, ObjectKey pod, string address, bool ready, string phase = "Running") =>
        cluster.Objects.UpdateStatus(pod, item => item["status"] = RunningControllers.Parse($"{{phase: {phase}, podIP: {address}, conditions: [{{type: Ready, status: '{ready}'}}]}}"));

    private static string Address(RunningControllers cluster, ObjectKey pod)
    {
        var view = cluster.Get(pod).View;
        return $"{{ip: {view.Text("status", "podIP")}, nodeName: kontrakt, targetRef: {{kind: Pod, namespace: ns, name: {view.Name}, uid: {view.Uid}}}}}";
    }

    private static Task UntilSubsets(RunningControllers cluster, ObjectKey endpoints, string yaml)
    {
        var expected = RunningControllers.Parse($"{{subsets: {yaml}}}")["subsets"];
        return cluster.UntilAsync(endpoints, item => Same(expected, item.At("subsets")));
    }

    /// <summary>Whatever the numbers are made of.</summary>
    private static bool Same(JsonNode? left, JsonNode? right) =>
        right is not null && JsonNode.DeepEquals(JsonNode.Parse(left!.ToJsonString()), JsonNode.Parse(right.ToJsonString()));
}
