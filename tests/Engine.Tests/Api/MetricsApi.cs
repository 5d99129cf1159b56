using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Sandboxes.Limits;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Schema.Protobuf;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api;

/// <summary>What pods and their node use is read as from a metrics server.</summary>
[TestClass]
public sealed class MetricsApi
{
    private const string Pods = "/apis/metrics.k8s.io/v1beta1/namespaces/ns/pods";
    private const string Table = "application/json;as=Table;g=meta.k8s.io;v=v1";
    private readonly AdjustableTime time = new();

    [TestMethod]
    [Timeout(60_000)]
    public async Task ShowsWhatARunningPodUses()
    {
        await using var api = await ApiHost.StartAsync(usageTime: time);
        using var used = Measured(api, "busy", processors: 0.25, mebibytes: 32);
        Pod(api, "quiet");

        var one = (await api.GetAsync($"{Pods}/busy")).Json;
        var all = (await api.GetAsync(Pods)).Json;

        Assert.AreEqual("""[{"name":"c","usage":{"cpu":"250m","memory":"32Mi"}}]""", one["containers"]!.ToJsonString());
        Assert.AreEqual(("PodMetrics", "metrics.k8s.io/v1beta1", "15s", "2026-01-01T00:00:15Z"), ($"{one["kind"]}", $"{one["apiVersion"]}", $"{one["window"]}", $"{one["timestamp"]}"));
        Assert.AreEqual("""{"app":"busy"}""", one["metadata"]!["labels"]!.ToJsonString());
        Assert.AreEqual("PodMetricsList", all["kind"]!.ToString());
        Assert.AreEqual("{}", all["metadata"]!.ToJsonString());
        Assert.AreEqual("busy", string.Join(' ', all["items"]!.AsArray().Select(item => item!["metadata"]!["name"])));
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("?labelSelector=app%3Da", "a")]
    [DataRow("?labelSelector=app+in+(a,b)", "a b")]
    [DataRow("?fieldSelector=metadata.name%3Db", "b")]
    [DataRow("?labelSelector=app%3Dc", "")]
    public async Task SelectsByLabelAndName(string query, string expected)
    {
        await using var api = await ApiHost.StartAsync(usageTime: time);
        using var first = Measured(api, "a", 1, 1);
        using var second = Measured(api, "b", 1, 1);

        var everywhere = (await api.GetAsync($"/apis/metrics.k8s.io/v1beta1/pods{query}")).Json;

        Assert.AreEqual(expected, string.Join(' ', everywhere["items"]!.AsArray().Select(item => item!["metadata"]!["name"])));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task KnowsNothingOfAYoungPod()
    {
        await using var api = await ApiHost.StartAsync(usageTime: time);
        using var used = Measured(api, "web", 1, 1);
        using var young = Register(api, Pod(api, "young"), 1, 1);

        Assert.AreEqual((404, "podmetrics.metrics.k8s.io \"ns/young\" not found"), Refusal(await api.GetAsync($"{Pods}/young")));
        Assert.AreEqual((404, "pods \"nothing\" not found"), Refusal(await api.GetAsync($"{Pods}/nothing")));
        Assert.HasCount(1, (await api.GetAsync(Pods)).Json["items"]!.AsArray());
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ShowsThePodsAsATable()
    {
        await using var api = await ApiHost.StartAsync(usageTime: time);
        using var used = Measured(api, "web", 0.5, 3);

        var table = (await api.GetAsync(Pods, Table)).Json;

        Assert.AreEqual("Name cpu memory Window", string.Join(' ', table["columnDefinitions"]!.AsArray().Select(column => column!["name"])));
        Assert.AreEqual("""["web","500m","3Mi","15s"]""", table["rows"]![0]!["cells"]!.ToJsonString());
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task SpeaksProtobuf()
    {
        await using var api = await ApiHost.StartAsync(usageTime: time);
        using var used = Measured(api, "web", 0.5, 3);

        var answer = await api.SendRawAsync(HttpMethod.Get, $"{Pods}/web", Envelope.MediaType);

        var read = Envelope.Read(answer.Body, KubernetesSchema.Types["PodMetrics"]);
        Assert.AreEqual("""[{"name":"c","usage":{"cpu":"500m","memory":"3Mi"}}]""", read["containers"]!.ToJsonString());
        Assert.AreEqual("15s", read["window"]!.ToString());
    }

    /// <summary>The machine's own numbers: some of its time has gone, some of its memory is used.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task ShowsTheNode()
    {
        await using var api = await ApiHost.StartAsync(usageTime: time);
        api.Objects.Create(Kinds.Node, "", Kinds.Node.New("kontrakt"));
        Assert.AreEqual((404, "nodemetrics.metrics.k8s.io \"kontrakt\" not found"), Refusal(await api.GetAsync("/apis/metrics.k8s.io/v1beta1/nodes/kontrakt")));
        time.Advance(TimeSpan.FromSeconds(15));

        var node = (await api.GetAsync("/apis/metrics.k8s.io/v1beta1/nodes/kontrakt")).Json;

        var memory = Kontrakt.Kubernetes.Objects.Quantity.Read(node["usage"]!["memory"]!.ToString())!.Value.Amount;
        Assert.IsGreaterThan(1024m * 1024, memory);
        Assert.IsLessThan(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 64m, memory);
        Assert.IsNotNull(Kontrakt.Kubernetes.Objects.Quantity.Read(node["usage"]!["cpu"]!.ToString()));
        Assert.HasCount(1, (await api.GetAsync("/apis/metrics.k8s.io/v1beta1/nodes")).Json["items"]!.AsArray());
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("POST", Pods)]
    [DataRow("PUT", Pods + "/web")]
    [DataRow("DELETE", Pods + "/web")]
    [DataRow("DELETE", Pods)]
    [DataRow("GET", Pods + "?watch=true")]
    [DataRow("HEAD", Pods + "/web")]
    public async Task IsOnlyRead(string method, string path)
    {
        await using var api = await ApiHost.StartAsync(usageTime: time);

        Assert.AreEqual(405, (await api.SendAsync(new(method), path, method is "POST" or "PUT" ? "{}" : null)).Code);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("view", 200)]
    [DataRow("edit", 200)]
    [DataRow("system:discovery", 403)]
    public async Task NeedsTheRightToReadIt(string role, int expected)
    {
        await using var api = await ApiHost.StartAsync(usageTime: time);
        Pod(api, "web");
        var token = api.TokenOfAccount("robot");
        await api.PostAsync("/apis/rbac.authorization.k8s.io/v1/namespaces/ns/rolebindings", $$"""
            {"metadata":{"name":"robot"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"{{role}}"},"subjects":[{"kind":"ServiceAccount","name":"robot","namespace":"ns"}]}
            """);

        Assert.AreEqual(expected, (await api.SendAsync(HttpMethod.Get, Pods, token: token)).Code);
        Assert.AreEqual(403, (await api.SendAsync(HttpMethod.Get, "/apis/metrics.k8s.io/v1beta1/nodes", token: token)).Code);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task IsDiscovered()
    {
        await using var api = await ApiHost.StartAsync();

        var resources = (await api.GetAsync("/apis/metrics.k8s.io/v1beta1")).Json["resources"]!.AsArray();

        Assert.AreEqual("nodes False NodeMetrics get list, pods True PodMetrics get list",
            string.Join(", ", resources.Select(each => $"{each!["name"]} {each["namespaced"]!.GetValue<bool>()} {each["kind"]} {string.Join(' ', each["verbs"]!.AsArray())}")));
    }

    private static (int Code, string Message) Refusal(ApiAnswer answer) => (answer.Code, answer.Json["message"]!.ToString());

    private IDisposable Measured(ApiHost api, string name, double processors, long mebibytes)
    {
        var registered = Register(api, Pod(api, name), processors, mebibytes);
        time.Advance(TimeSpan.FromSeconds(15));
        return registered;
    }

    private IDisposable Register(ApiHost api, StoredObject pod, double processors, long mebibytes)
    {
        var began = time.GetUtcNow();
        return api.Usages.Register(pod.View.Uid, "c", () => new ContainerUsage((time.GetUtcNow() - began) * processors, mebibytes << 20));
    }

    private static StoredObject Pod(ApiHost api, string name)
    {
        var pod = Kinds.Pod.New(name);
        pod["metadata"]!["labels"] = new JsonObject { ["app"] = name };
        pod["spec"] = new JsonObject { ["nodeName"] = "kontrakt", ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "i" }) };
        return api.Objects.Create(Kinds.Pod, "ns", pod);
    }
}
