using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Controllers;

/// <summary>A ClusterRole that selects others by labels has their rules, and follows them.</summary>
[TestClass]
public sealed class AggregatedRoles
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task RolesUnderALabelAddTheirRulesAndTakeThemAway()
    {
        await using var cluster = new RunningControllers();
        cluster.Create("""
            {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: all},
             aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: all}}, {matchExpressions: [{key: also, operator: Exists}]}]}, rules: []}
            """);
        var all = cluster.Key(Kinds.ClusterRole, "all");

        cluster.Create("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: b, labels: {also: ''}}, rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]}");
        cluster.Create("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a, labels: {to: all}}, rules: [{apiGroups: [''], resources: [secrets], verbs: [get]}, {apiGroups: [''], resources: [pods], verbs: [get]}]}");
        cluster.Create("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: c, labels: {to: none}}, rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]}");

        await cluster.UntilAsync(all, role => Resources(role) == "secrets pods");
        cluster.Objects.Delete(cluster.Key(Kinds.ClusterRole, "a"), new());
        await cluster.UntilAsync(all, role => Resources(role) == "pods");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OwnRulesAreAddedToTheUsualRoles()
    {
        await using var cluster = new RunningControllers(BootstrapPolicy.Write);
        var before = cluster.Get(cluster.Key(Kinds.ClusterRole, "admin")).View.Items("rules").Count();

        cluster.Create("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: crontabs, labels: {rbac.authorization.k8s.io/aggregate-to-view: 'true'}}, rules: [{apiGroups: [x.com], resources: [crontabs], verbs: [get]}]}");

        foreach (var role in (string[])["view", "edit", "admin"])
            await cluster.UntilAsync(cluster.Key(Kinds.ClusterRole, role), value => Resources(value).Contains("crontabs", StringComparison.Ordinal));
        Assert.AreEqual(before + 1, cluster.Get(cluster.Key(Kinds.ClusterRole, "admin")).View.Items("rules").Count());
    }

    private static string Resources(Kontrakt.Kubernetes.Objects.KubernetesObject role) =>
        string.Join(' ', role.Items("rules").SelectMany(rule => rule["resources"]?.AsArray() ?? []));
}
