using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Tests;
using ApiDelete = Kontrakt.Kubernetes.Client.DeleteOptions;

namespace Engine.Tests.Controllers;

/// <summary>
/// The same objects, on the cluster of KONTRAKT_TEST_KUBECONFIG and here, end with the same status and are told of in the same events. That
/// cluster may be older (1.20 is): what later versions added to a status is left out of the comparison.
/// </summary>
[TestClass]
public sealed partial class SameAsKubernetes
{
    private static readonly string[] Later = ["ready", "terminating", "uncountedTerminatedPods", "availableReplicas of StatefulSet"];

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("Deployment", """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: x}
        spec: {replicas: 2, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: IMAGE, command: [sleep, "600"]}]}}}
        """, "Ready", "NewReplicaSetAvailable")]
    [DataRow("StatefulSet", """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: x}
        spec: {replicas: 2, serviceName: x, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: IMAGE, command: [sleep, "600"]}]}}}
        """, "Ready", "readyReplicas=2")]
    [DataRow("Job", """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: x}
        spec: {completions: 2, parallelism: 2, template: {spec: {restartPolicy: Never, containers: [{name: c, image: IMAGE, command: ["true"]}]}}}
        """, "Succeeded", "condition Complete")]
    [DataRow("Job", """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: x}
        spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: c, image: IMAGE, command: ["false"]}]}}}
        """, "Failed", "condition Failed")]
    public async Task EndsTheSameWay(string kind, string yaml, string pods, string end)
    {
        using var cluster = Connect();
        var item = RunningControllers.Parse(yaml.Replace("IMAGE", await TestImage.BusyboxAsync(), StringComparison.Ordinal));
        var resource = ServedKinds.Resources.Single(each => each.Kind == kind);

        var theirs = await OnTheClusterAsync(cluster, resource, item, end);
        var ours = await HereAsync(resource, item, pods, end);

        Assert.AreEqual(theirs, ours);
    }

    private static async Task<string> HereAsync(ResourceKind kind, JsonObject item, string pods, string end)
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => pods);
        var key = cluster.Objects.Create(kind, cluster.Namespace, item.DeepClone().AsObject()).Key;
        var told = "";
        // The last event comes after the status that it tells of.
        await cluster.UntilAsync(() =>
        {
            // Read once: an event that comes between two looks would be seen, and missing in what is told.
            var events = cluster.EventsAbout("x").ToList();
            told = Tell(cluster.Get(key).View, events);
            return told.Contains(end, StringComparison.Ordinal) && events.Exists(IsLast);
        }, () => told);
        return told;
    }

    private static async Task<string> OnTheClusterAsync(ClusterClient cluster, ResourceKind kind, JsonObject item, string end)
    {
        var space = $"same-{Guid.NewGuid().ToString("N")[..8]}";
        await cluster.CreateAsync(ApiResource.Namespaces, null, new(RunningControllers.Parse($"{{apiVersion: v1, kind: Namespace, metadata: {{name: {space}}}}}")), CancellationToken.None);
        try
        {
            var resource = await cluster.FindResourceAsync(kind.GroupVersionKind, CancellationToken.None) ?? throw new InvalidOperationException($"the cluster has no {kind}");
            await WaitAsync(cluster, ApiResource.ServiceAccounts, space, account => account.Items("secrets").Any());
            await cluster.ApplyAsync(new(resource, space, "x"), new(item), new("same-as-kubernetes") { Strict = false }, CancellationToken.None);
            var done = await WaitAsync(cluster, resource, space, each => Tell(each, []).Contains(end, StringComparison.Ordinal));
            await WaitAsync(cluster, ApiResource.Events, space, IsLast);
            var events = new List<KubernetesObject>();
            await foreach (var each in cluster.ListAsync(ApiResource.Events, new(space) { FieldSelector = "involvedObject.name=x" }, CancellationToken.None))
                events.Add(each);
            return Tell(done, events);
        }
        finally
        {
            await cluster.DeleteAsync(new(ApiResource.Namespaces, null, space), new ApiDelete(), CancellationToken.None);
        }
    }

    private static async Task<KubernetesObject> WaitAsync(ClusterClient cluster, ApiResource resource, string space, Func<KubernetesObject, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await foreach (var change in cluster.WatchAsync(resource, new(space), limit.Token))
        {
            if (change is { Type: WatchEventType.Added or WatchEventType.Modified, Object: { } item } && condition(item))
                return item;
        }
        throw new InvalidOperationException("the watch ended");
    }

    /// <summary>
    /// The event that each of these ends with: it is complete, it has failed, its replica set was scaled, or the second pod of the stateful set was
    /// made. The names of other pods are random, and say nothing.
    /// </summary>
    private static bool IsLast(KubernetesObject item) => item.Text("involvedObject", "name") == "x"
        && (item.Text("reason") is "Completed" or "BackoffLimitExceeded" or "ScalingReplicaSet" || item.Text("message").Contains("create Pod x-1 in ", StringComparison.Ordinal));

    private static string Tell(KubernetesObject item, IEnumerable<KubernetesObject> events)
    {
        var status = item.At("status") as JsonObject ?? [];
        var numbers = status.Where(pair => pair.Value is JsonValue && !pair.Key.EndsWith("Time", StringComparison.Ordinal) && !Later.Contains(pair.Key) && !Later.Contains($"{pair.Key} of {item.Kind}"))
            .Select(pair => $"{pair.Key}={Plain(pair.Value!.ToString())}");
        var conditions = item.Items("status", "conditions").Select(each => (string?)each["type"] == "Complete"
            ? $"condition Complete {each["status"]}" // Its reason came later.
            : $"condition {each["type"]} {each["status"]} {each["reason"]} {Plain((string?)each["message"] ?? "")}");
        var said = events.Select(each => $"event {each.Text("type")} {each.Text("reason")} {Plain(each.Text("message"))}").Distinct();
        return string.Join('\n', numbers.Concat(conditions).Concat(said).Order(StringComparer.Ordinal));
    }

    private static string Plain(string text) => Generated().Replace(text, "x-*");

    private static ClusterClient Connect()
    {
        var path = Environment.GetEnvironmentVariable("KONTRAKT_TEST_KUBECONFIG");
        if (string.IsNullOrEmpty(path))
            Assert.Inconclusive("skipped: KONTRAKT_TEST_KUBECONFIG is not set");
        return new(KubeConfig.Load(path).Connect(null), null);
    }

    /// <summary>Hashes and random suffixes; not the numbers of a stateful set.</summary>
    [GeneratedRegex(@"\bx-[a-z0-9]{2,}(-[a-z0-9]+)?")]
    private static partial Regex Generated();
}
