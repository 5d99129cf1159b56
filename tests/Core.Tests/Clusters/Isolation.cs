using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Clusters;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Tests.Clusters;

/// <summary>What a lease's account may do, as the API server itself and kubectl see it.</summary>
[TestClass]
public sealed class Isolation
{
    [TestMethod]
    [Timeout(180_000)]
    public async Task EverythingInItsNamespaceAndNothingElsewhere()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-cani");
        var kubectl = Kubectl(cluster, lease);

        Assert.AreEqual(0, (await kubectl(["auth", "can-i", "*", "deployments.apps", "-n", lease.Namespace])).Code);
        foreach (var (verb, resource) in (ValueTuple<string, string>[])[("list", "pods"), ("get", "secrets"), ("create", "configmaps"), ("create", "rolebindings")])
        {
            Assert.AreEqual(0, (await kubectl(["auth", "can-i", verb, resource, "-n", lease.Namespace])).Code, $"{verb} {resource} within");
            Assert.AreEqual(1, (await kubectl(["auth", "can-i", verb, resource, "-n", "default"])).Code, $"{verb} {resource} in default");
            Assert.AreEqual(1, (await kubectl(["auth", "can-i", verb, resource, "--all-namespaces"])).Code, $"{verb} {resource} everywhere");
        }
        foreach (var (verb, resource) in (ValueTuple<string, string>[])[("get", "nodes"), ("create", "namespaces"), ("list", "clusterroles"), ("create", "clusterrolebindings")])
            Assert.AreEqual(1, (await kubectl(["auth", "can-i", verb, resource])).Code, $"{verb} {resource}");
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task ListsNoRightsElsewhereBeyondEverybodys()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-list");
        var stranger = await cluster.AcquireAsync("kc-stranger");
        var kubectl = Kubectl(cluster, lease);

        var within = (await kubectl(["auth", "can-i", "--list", "-n", lease.Namespace])).Output;
        var elsewhere = (await kubectl(["auth", "can-i", "--list", "-n", "default"])).Output;
        var everybody = (await Kubectl(cluster, stranger)(["auth", "can-i", "--list", "-n", "default"])).Output;

        Assert.Contains("*.apps", within);
        Assert.DoesNotContain("*.apps", elsewhere);
        Assert.AreEqual(everybody, elsewhere);
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task TheServerRefusesWhatReachesOutside()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-reach");

        await RefusedAsync(lease, lease.Namespace, RoleBinding("more", "ClusterRole", "cluster-admin"));
        await RefusedAsync(lease, lease.Namespace, Role("all", "*", "*", "*"));
        await RefusedAsync(lease, lease.Namespace, Role("escalate", "rbac.authorization.k8s.io", "roles", "escalate"));
        await RefusedAsync(lease, "default", RoleBinding("kc-more", "ClusterRole", "view"));
        await RefusedAsync(lease, "default", KubernetesObjects.ConfigMap("kc-outside"));
        await RefusedAsync(lease, null, new(new()
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = "ClusterRole",
            ["metadata"] = new JsonObject { ["name"] = "kc-outside" },
        }));
    }

    /// <summary>Labels and annotations of the namespace say when it is deleted, by whom, and what its pods may do.</summary>
    [TestMethod]
    [Timeout(180_000)]
    public async Task MayNotChangeItsNamespaceInAnyWay()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-own");
        var own = new ResourceName(ApiResource.Namespaces, null, lease.Namespace);
        JsonObject Metadata(string field, string key, JsonNode? value) => new() { ["metadata"] = new JsonObject { [field] = new JsonObject { [key] = value } } };

        foreach (var change in (JsonObject[])
        [
            Metadata("labels", "kontrakt/run", null), Metadata("annotations", "kontrakt/expires", "2099-01-01T00:00:00Z"),
            Metadata("labels", "pod-security.kubernetes.io/enforce", "privileged"), new() { ["metadata"] = new JsonObject { ["finalizers"] = new JsonArray("kc.example/stay") } },
        ])
            Assert.AreEqual(HttpStatusCode.Forbidden, (await Assert.ThrowsExactlyAsync<KubernetesException>(() => lease.Account.MergePatchAsync(own, change, CancellationToken.None), change.ToJsonString())).Code);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await Assert.ThrowsExactlyAsync<KubernetesException>(() => lease.Account.DeleteAsync(own, new(), CancellationToken.None))).Code);
        foreach (var (verb, group, resource, subresource) in (ValueTuple<string, string, string, string?>[])
        [
            ("update", "", "namespaces", null), ("update", "", "namespaces", "status"), ("update", "", "namespaces", "finalize"), ("*", "", "*", null),
            ("use", "policy", "podsecuritypolicies", null), ("use", "extensions", "podsecuritypolicies", null), ("bind", "rbac.authorization.k8s.io", "clusterroles", null),
        ])
            Assert.IsFalse((await lease.Account.CanIAsync(new(verb, group, resource, lease.Namespace, null, subresource), CancellationToken.None)).Allowed, $"{verb} {resource}.{group}/{subresource}");
        Assert.AreEqual(lease.Namespace, (await lease.Account.FindAsync(own, CancellationToken.None))?.Name);
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task MayNotWidenItsOwnRole()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-widen");
        var role = $"{lease.ServiceAccount}:lease";

        await RefusedAsync(lease, lease.Namespace, Role(role, "", "namespaces", "patch"));
        await RefusedAsync(lease, lease.Namespace, Role(role, "", "*", "*"));
        await RefusedAsync(lease, lease.Namespace, Role(role, "rbac.authorization.k8s.io", "rolebindings", "*"));
    }

    /// <summary>Limits of a namespace that others made are theirs; in one of its own, they may be what a kontrakt tries.</summary>
    [TestMethod]
    [Timeout(180_000)]
    [TestCategory("not-on-the-engine")]
    public async Task QuotasAreItsOwnInItsOwnNamespaceOnly()
    {
        await using var cluster = TestCluster.Open();
        var own = await cluster.AcquireAsync("kc-quotas");
        var shared = await cluster.AcquireAsync("kc-shared-quotas", TestCluster.Settings() with { Namespace = own.Namespace });

        foreach (var resource in (string[])["resourcequotas", "limitranges"])
        {
            Assert.AreEqual(0, (await Kubectl(cluster, own)(["auth", "can-i", "patch", resource, "-n", own.Namespace])).Code, resource);
            Assert.AreEqual(0, (await Kubectl(cluster, shared)(["auth", "can-i", "list", resource, "-n", own.Namespace])).Code, resource);
            Assert.AreEqual(1, (await Kubectl(cluster, shared)(["auth", "can-i", "patch", resource, "-n", own.Namespace])).Code, resource);
        }
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task MayGrantWhatItHas()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-grant");

        foreach (var granted in (KubernetesObject[])[RoleBinding("admin", "ClusterRole", "admin"), RoleBinding("edit", "ClusterRole", "edit"), Role("verbs", "apps", "*", "*")])
            await ApplyAsync(lease, lease.Namespace, granted);
    }

    private static Func<string[], Task<(int Code, string Output)>> Kubectl(TestCluster cluster, Lease lease)
    {
        var token = ((ClusterIdentity.Token)lease.Account.Connection.Identity).Value;
        return arguments => TestCluster.KubectlAsTokenAsync(cluster.Connection, token, arguments);
    }

    private static async Task RefusedAsync(Lease lease, string? ns, KubernetesObject body)
    {
        var e = await Assert.ThrowsExactlyAsync<KubernetesException>(() => ApplyAsync(lease, ns, body), $"{body} in {ns}");
        Assert.AreEqual(HttpStatusCode.Forbidden, e.Code, e.Message);
    }

    private static async Task ApplyAsync(Lease lease, string? ns, KubernetesObject body)
    {
        var resource = await lease.Account.FindResourceAsync(body.GroupVersionKind, CancellationToken.None);
        await lease.Account.ApplyAsync(new(resource!, ns, body.Name), body, new("kontrakt"), CancellationToken.None);
    }

    private static KubernetesObject RoleBinding(string name, string kind, string role) => Parse($$"""
        {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"{{name}}"},
         "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"{{kind}}","name":"{{role}}"},
         "subjects":[{"kind":"ServiceAccount","name":"default","namespace":"default"}]}
        """);

    private static KubernetesObject Role(string name, string group, string resource, string verb) => Parse($$"""
        {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"{{name}}"},
         "rules":[{"apiGroups":["{{group}}"],"resources":["{{resource}}"],"verbs":["{{verb}}"]}]}
        """);

    private static KubernetesObject Parse(string json) => new(JsonNode.Parse(json)!.AsObject());
}
