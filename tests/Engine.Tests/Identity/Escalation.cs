using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Identity;

/// <summary>Nobody grants what they have not.</summary>
[TestClass]
public sealed class Escalation : IDisposable
{
    private const string Pods = """[{"apiGroups":[""],"resources":["pods"],"verbs":["get","list"]}]""";
    private const string Everything = """[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]""";
    private static readonly UserInfo Bob = TestIdentity.User("bob", "devs");
    private readonly TestIdentity identity = new();

    [TestMethod]
    public void ARoleOfRightsThatTheWriterHasIsWritten()
    {
        identity.ClusterRole("held", Pods);
        identity.Bind("ClusterRole held", "User bob");

        Assert.IsNotNull(identity.Role("own", """[{"apiGroups":[""],"resources":["pods"],"verbs":["list"]}]""", Bob));
        Assert.ThrowsExactly<StatusException>(() => identity.ClusterRole("own", """[{"apiGroups":[""],"resources":["pods"],"verbs":["list"]}]""", Bob));
    }

    [TestMethod]
    public void ARoleOfMoreIsRefusedWithWhatIsMissing()
    {
        identity.ClusterRole("held", Pods);
        identity.Bind("ClusterRole held", "User bob");

        var refused = Assert.ThrowsExactly<StatusException>(() => identity.Role("own", """
            [{"apiGroups":[""],"resources":["pods","secrets"],"verbs":["get","delete"]},{"apiGroups":["apps"],"resources":["deployments"],"resourceNames":["web"],"verbs":["get"]}]
            """, Bob));

        Assert.AreEqual((403, "Forbidden"), (refused.Code, refused.Reason));
        Assert.AreEqual("""
            roles.rbac.authorization.k8s.io "own" is forbidden: user "bob" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:
            {APIGroups:[""], Resources:["pods"], Verbs:["delete"]}
            {APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}
            {APIGroups:["apps"], Resources:["deployments"], ResourceNames:["web"], Verbs:["get"]}
            """.ReplaceLineEndings("\n"), refused.Message);
    }

    [TestMethod]
    public void AnUpdateIsNoWayAround()
    {
        identity.ClusterRole("held", Pods);
        identity.Bind("ClusterRole held", "User bob");
        var role = identity.Role("own", Pods, Bob);

        Assert.ThrowsExactly<StatusException>(() => identity.Objects.Update(role.Key, value => value["rules"] = JsonNode.Parse(Everything), Bob));

        Assert.IsFalse(identity.May(Bob, "delete pods"));
    }

    [TestMethod]
    public void WhoMayEscalateMayWriteAnyRole()
    {
        identity.Role("chief", """[{"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles"],"verbs":["escalate"]}]""");
        identity.Bind("Role chief", "User bob");

        Assert.IsNotNull(identity.Role("own", Everything, Bob));
    }

    [TestMethod]
    public void ABindingNeedsTheRightsOfItsRole()
    {
        identity.ClusterRole("held", Pods);
        identity.ClusterRole("more", Everything);
        identity.Bind("ClusterRole held", "User bob");

        Assert.IsNotNull(identity.Bind("ClusterRole held", "User eve", Bob));
        Assert.AreEqual(403, Assert.ThrowsExactly<StatusException>(() => identity.Bind("ClusterRole more", "User eve", Bob)).Code);
        Assert.AreEqual(403, Assert.ThrowsExactly<StatusException>(() => identity.BindEverywhere("ClusterRole held", "User eve", Bob)).Code);
        Assert.AreEqual(404, Assert.ThrowsExactly<StatusException>(() => identity.Bind("ClusterRole gone", "User eve", Bob)).Code);
    }

    [TestMethod]
    public void WhoMayBindARoleNeedsNoneOfItsRights()
    {
        identity.Role("binder", """[{"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"resourceNames":["edit"],"verbs":["bind"]}]""");
        identity.Bind("Role binder", "User bob");

        Assert.IsNotNull(identity.Bind("ClusterRole edit", "User bob", Bob));
        Assert.ThrowsExactly<StatusException>(() => identity.Bind("ClusterRole admin", "User bob", Bob));
        Assert.ThrowsExactly<StatusException>(() => identity.BindEverywhere("ClusterRole edit", "User bob", Bob));
    }

    /// <summary>docs/decisions/lease-role.md: what a lease's account may and may not hand out.</summary>
    [TestMethod]
    public void ALeasesAccountHandsOutAllButTheRightToHandOutMore()
    {
        const string Extensions = "daemonsets daemonsets/status deployments deployments/rollback deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale";
        const string Core = "bindings configmaps endpoints events persistentvolumeclaims persistentvolumeclaims/status pods pods/attach pods/binding pods/ephemeralcontainers pods/eviction pods/exec pods/log pods/portforward pods/proxy pods/resize pods/status podtemplates replicationcontrollers replicationcontrollers/scale replicationcontrollers/status secrets serviceaccounts serviceaccounts/token services services/proxy services/status limitranges resourcequotas resourcequotas/status";
        static string Texts(string words) => string.Join(',', words.Split(' ').Select(word => $"\"{word}\""));
        identity.Role("lease", $$"""
            [{"apiGroups":[""],"resources":[{{Texts(Core)}}],"verbs":["*"]},
             {"apiGroups":[""],"resources":["namespaces","namespaces/status"],"verbs":["get","list","watch"]},
             {"apiGroups":["apps","authorization.k8s.io","autoscaling","batch","coordination.k8s.io","discovery.k8s.io","metrics.k8s.io","networking.k8s.io"],"resources":["*"],"verbs":["*"]},
             {"apiGroups":["policy"],"resources":["poddisruptionbudgets","poddisruptionbudgets/status"],"verbs":["*"]},
             {"apiGroups":["extensions"],"resources":[{{Texts(Extensions)}}],"verbs":["*"]},
             {"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles","rolebindings"],"verbs":["get","list","watch","create","update","patch","delete","deletecollection"]}]
            """);
        identity.Bind("Role lease", "User bob");

        foreach (var refused in (string[])["update namespaces", "patch namespaces", "delete namespaces", "update namespaces/status", "update namespaces/finalize", "bind clusterroles.rbac.authorization.k8s.io", "* *"])
            Assert.IsFalse(identity.May(Bob, refused), refused);
        foreach (var role in (string[])["view", "edit", "admin"])
            Assert.IsNotNull(identity.Bind($"ClusterRole {role}", "User eve", Bob), role);
        Assert.IsNotNull(identity.Role("free", """[{"apiGroups":["apps"],"resources":["deployments"],"verbs":["*"]}]""", Bob));
        Assert.ThrowsExactly<StatusException>(() => identity.Bind("ClusterRole cluster-admin", "User eve", Bob));
        Assert.ThrowsExactly<StatusException>(() => identity.Role("all", Everything, Bob));
    }

    [TestMethod]
    public void OnlyWhoMayDoEverythingSelectsRolesByLabels()
    {
        identity.ClusterRole("all-but-paths", Everything);
        identity.BindEverywhere("ClusterRole all-but-paths", "User bob");
        JsonObject Aggregate(string name) => JsonNode.Parse($$$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"{{{name}}}"},"aggregationRule":{"clusterRoleSelectors":[]},"rules":[]}""")!.AsObject();

        identity.ClusterRole("plain", "[]", TestIdentity.User("eve"));
        var refused = Assert.ThrowsExactly<StatusException>(() => identity.Objects.Create(Kinds.ClusterRole, "", Aggregate("a"), TestIdentity.User("eve")));
        Assert.IsNotNull(identity.Objects.Create(Kinds.ClusterRole, "", Aggregate("b"), Bob));

        Assert.AreEqual("clusterroles.rbac.authorization.k8s.io \"a\" is forbidden: must have cluster-admin privileges to use the aggregationRule", refused.Message);
    }

    [TestMethod]
    public void FinalizersMayBeTakenOffByWhoHasNoneOfTheRights()
    {
        var role = identity.Role("big", Everything);
        identity.Objects.Update(role.Key, value => value["metadata"]!["finalizers"] = new JsonArray("x/y"));

        var freed = identity.Objects.Update(role.Key, value => value["metadata"]!.AsObject().Remove("finalizers"), Bob);

        Assert.IsNull(freed.View.At("metadata", "finalizers"));
    }

    /// <summary>A role of a few kilobytes can stand for billions of rights, and the store waits while they are compared.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public void ARoleOfCountlessRightsIsRefusedInTime()
    {
        identity.ClusterRole("held", Pods);
        identity.Bind("ClusterRole held", "User bob");
        var names = string.Join(',', Enumerable.Range(0, 2000).Select(i => $"\"n{i}\""));

        var refused = Assert.ThrowsExactly<StatusException>(() => identity.Role("own", $$"""[{"apiGroups":[{{names}}],"resources":[{{names}}],"resourceNames":[{{names}}],"verbs":[{{names}}]}]""", Bob));

        Assert.AreEqual(403, refused.Code);
        Assert.IsTrue(refused.Message.Length < 100_000);
    }

    public void Dispose() => identity.Dispose();
}
