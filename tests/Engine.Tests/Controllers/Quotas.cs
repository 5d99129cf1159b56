using Kontrakt.Engine.Store;

namespace Engine.Tests.Controllers;

/// <summary>A quota is what a namespace may have at most.</summary>
[TestClass]
public sealed class Quotas
{
    private const string Requests = "resources: {requests: {cpu: 300m, memory: 64Mi}, limits: {cpu: 1, memory: 128Mi}}";

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("requests.cpu: 500m, limits.memory: 1Gi", "exceeded quota: q, requested: requests.cpu=300m, used: requests.cpu=300m, limited: requests.cpu=500m")]
    [DataRow("cpu: 500m, memory: 100Mi, limits.cpu: 5", "exceeded quota: q, requested: cpu=300m,memory=64Mi, used: cpu=300m,memory=64Mi, limited: cpu=500m,memory=100Mi")]
    [DataRow("pods: 1", "exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1")]
    [DataRow("count/pods: 1", "exceeded quota: q, requested: count/pods=1, used: count/pods=1, limited: count/pods=1")]
    [DataRow("requests.ephemeral-storage: 1Gi, pods: 1", "exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1")]
    public async Task WhatIsMoreIsRefused(string hard, string message)
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Quota(hard));
        cluster.Create(Pod("one", Requests));

        var refused = Assert.ThrowsExactly<StatusException>(() => cluster.Create(Pod("two", Requests)));

        Assert.AreEqual((403, "Forbidden", $"pods \"two\" is forbidden: {message}"), (refused.Code, refused.Reason, refused.Message));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("count/deployments.apps", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: NAME}, spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: one}]}}}}", "deployments.apps")]
    [DataRow("secrets", "{apiVersion: v1, kind: Secret, metadata: {name: NAME}}", "secrets")]
    [DataRow("services", "{apiVersion: v1, kind: Service, metadata: {name: NAME}, spec: {ports: [{port: 80}]}}", "services")]
    [DataRow("services.nodeports", "{apiVersion: v1, kind: Service, metadata: {name: NAME}, spec: {type: NodePort, ports: [{port: 80}]}}", "services")]
    [DataRow("persistentvolumeclaims", "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: NAME}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}}}", "persistentvolumeclaims")]
    [DataRow("requests.storage", "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: NAME}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}}}", "persistentvolumeclaims")]
    [DataRow("fast.storageclass.storage.k8s.io/requests.storage", "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: NAME}, spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}}}", "persistentvolumeclaims")]
    [DataRow("fast.storageclass.storage.k8s.io/persistentvolumeclaims", "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: NAME}, spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}}}", "persistentvolumeclaims")]
    public async Task AllThatItNamesCounts(string name, string yaml, string kind)
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Quota($"{name}: 1"));
        cluster.Create(yaml.Replace("NAME", "one", StringComparison.Ordinal));

        var refused = Assert.ThrowsExactly<StatusException>(() => cluster.Create(yaml.Replace("NAME", "two", StringComparison.Ordinal)));

        Assert.AreEqual($"{kind} \"two\" is forbidden: exceeded quota: q, requested: {name}=1, used: {name}=1, limited: {name}=1", refused.Message);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AServiceThatBecomesMoreIsRefused()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Quota("services.nodeports: 0"));
        var service = cluster.Create("{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]}}");

        var refused = Assert.ThrowsExactly<StatusException>(() => cluster.UpdateSpec(service.Key, "type: NodePort"));

        Assert.AreEqual("services \"web\" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=0, limited: services.nodeports=0", refused.Message);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("cpu: 1, limits.memory: 1Gi", "failed quota: q: must specify cpu for: a,b; limits.memory for: a,b")]
    [DataRow("requests.memory: 1Gi", "failed quota: q: must specify requests.memory for: a,b")]
    public async Task APodThatDoesNotSayHowMuchItNeedsIsRefused(string hard, string message)
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Quota(hard));

        var refused = Assert.ThrowsExactly<StatusException>(() =>
            cluster.Create("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {initContainers: [{name: b, image: one}], containers: [{name: a, image: one}]}}"));

        Assert.AreEqual($"pods \"p\" is forbidden: {message}", refused.Message);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("scopes: [BestEffort]", "", true)]
    [DataRow("scopes: [BestEffort]", Requests, false)]
    [DataRow("scopes: [NotBestEffort]", "", false)]
    [DataRow("scopes: [NotBestEffort]", Requests, true)]
    [DataRow("scopes: [Terminating]", "}], activeDeadlineSeconds: 5, volumes: [{name: v", true)]
    [DataRow("scopes: [Terminating]", "", false)]
    [DataRow("scopes: [NotTerminating, BestEffort]", "", true)]
    [DataRow("scopes: [NotTerminating]", "}], activeDeadlineSeconds: 5, volumes: [{name: v", false)]
    [DataRow("scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}", "}], priorityClassName: high, volumes: [{name: v", true)]
    [DataRow("scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}", "", false)]
    [DataRow("scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: NotIn, values: [high]}]}", "", true)]
    [DataRow("scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: Exists}]}", "", false)]
    [DataRow("scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: DoesNotExist}]}", "", true)]
    [DataRow("scopes: [CrossNamespacePodAffinity]", "}], affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: x, namespaces: [other]}]}}, volumes: [{name: v", true)]
    [DataRow("scopes: [CrossNamespacePodAffinity]", "}], affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: x}]}}, volumes: [{name: v", false)]
    public async Task OneWithScopesIsAboutSomePodsOnly(string scopes, string container, bool isRefused)
    {
        await using var cluster = new RunningControllers();
        cluster.Create("{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000}");
        cluster.Create(Quota("pods: 0", scopes));

        var message = "";
        try
        {
            cluster.Create(Pod("p", container));
        }
        catch (StatusException e)
        {
            message = e.Message;
        }

        Assert.AreEqual(isRefused ? "pods \"p\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0" : "", message);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ItsStatusFollowsWhatExists()
    {
        await using var cluster = new RunningControllers();
        var quota = cluster.Create(Quota("pods: '5', count/pods: '5', requests.cpu: '5', requests.memory: 5Gi, count/things.example.com: '1'")).Key;
        await cluster.UntilAsync(quota, item => item.Json["status"]?["used"]?.ToJsonString() == """{"count/pods":"0","pods":"0","requests.cpu":"0","requests.memory":"0"}""");

        var (one, two) = (cluster.Create(Pod("one", Requests)), cluster.Create(Pod("two", Requests)));
        await cluster.UntilAsync(quota, item => item.Json["status"]?["used"]?.ToJsonString() == """{"count/pods":"2","pods":"2","requests.cpu":"600m","requests.memory":"128Mi"}""");
        cluster.Objects.UpdateStatus(one.Key, item => item["status"]!["phase"] = "Succeeded");
        await cluster.UntilAsync(quota, item => item.Json["status"]?["used"]?.ToJsonString() == """{"count/pods":"2","pods":"1","requests.cpu":"300m","requests.memory":"64Mi"}""");
        cluster.Objects.TryDelete(two);
        var done = await cluster.UntilAsync(quota, item => item.Json["status"]?["used"]?.ToJsonString() == """{"count/pods":"1","pods":"0","requests.cpu":"0","requests.memory":"0"}""");

        Assert.AreEqual("""{"pods":"5","count/pods":"5","requests.cpu":"5","requests.memory":"5Gi","count/things.example.com":"1"}""", done.View.Json["status"]?["hard"]?.ToJsonString());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WhatAControllerCannotMakeIsAnEvent()
    {
        await using var cluster = new RunningControllers();
        var quota = cluster.Create(Quota("pods: 1")).Key;
        var web = cluster.Create("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web}, spec: {replicas: 2, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: one}]}}}}").Key;

        await cluster.UntilAsync(() => cluster.EventsAbout("web").Any(item => item.Text("reason") == "FailedCreate"));

        Assert.HasCount(1, cluster.All(Kinds.Pod));
        StringAssert.Matches(cluster.EventsAbout("web").First(item => item.Text("reason") == "FailedCreate").Text("message"),
            new("^Error creating: pods \"web-[a-z0-9]{5}\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1$"));
        cluster.UpdateSpec(quota, "hard: {pods: 3}");
        cluster.UpdateSpec(web, "replicas: 3");
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 3);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("hard: {apples: 1}", "spec.hard[apples]: Invalid value: \"apples\": must be a standard resource type or fully qualified, spec.hard[apples]: Invalid value: \"apples\": must be a standard resource for quota")]
    [DataRow("hard: {storage: 1}", "ResourceQuota \"q\" is invalid: spec.hard[storage]: Invalid value: \"storage\": must be a standard resource for quota")]
    [DataRow("hard: {pods: '-1'}", "spec.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0")]
    [DataRow("hard: {pods: 1500m}", "spec.hard[pods]: Invalid value: \"1500m\": must be an integer")]
    [DataRow("hard: {cpu: 1}, scopes: [BestEffort]", "spec.scopes: Invalid value: [\"BestEffort\"]: unsupported scope applied to resource")]
    [DataRow("hard: {secrets: 1}, scopes: [Terminating]", "unsupported scope applied to resource")]
    [DataRow("hard: {pods: 1}, scopes: [Sometimes]", "spec.scopes: Invalid value: [\"Sometimes\"]: unsupported scope")]
    [DataRow("hard: {pods: 1}, scopes: [VolumeAttributesClass]", "the embedded engine has no volume attributes classes")]
    [DataRow("hard: {pods: 1}, scopes: [Terminating, NotTerminating]", "conflicting scopes")]
    [DataRow("scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In}]}", "spec.scopeSelector.matchExpressions[0].values: Required value: must be at least one value")]
    [DataRow("scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: Exists, values: [a]}]}", "must be no value when")]
    [DataRow("scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: Is}]}", "spec.scopeSelector.matchExpressions[0].operator: Invalid value: \"Is\": not a valid selector operator")]
    [DataRow("scopeSelector: {matchExpressions: [{scopeName: BestEffort, operator: In, values: [a]}]}", "must be 'Exist' when scope is any of")]
    public async Task OneThatCannotBeIsRefused(string spec, string message)
    {
        await using var cluster = new RunningControllers();

        Assert.Contains(message, Assert.ThrowsExactly<StatusException>(() => cluster.Create($"{{apiVersion: v1, kind: ResourceQuota, metadata: {{name: q}}, spec: {{{spec}}}}}")).Message);
    }

    private static string Quota(string hard, string more = "") => $"{{apiVersion: v1, kind: ResourceQuota, metadata: {{name: q}}, spec: {{hard: {{{hard}}}, {more}}}}}";

    private static string Pod(string name, string container) => $"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}, spec: {{containers: [{{name: c, image: one, {container}}}]}}}}";
}
