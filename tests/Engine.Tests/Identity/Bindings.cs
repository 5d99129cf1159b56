using Kontrakt.Engine.Store;

namespace Engine.Tests.Identity;

/// <summary>Who has the rights of a role, and where, from the moment in which a binding says so.</summary>
[TestClass]
public sealed class Bindings : IDisposable
{
    private const string Pods = """[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]""";
    private static readonly UserInfo Bob = TestIdentity.User("bob", "devs");
    private static readonly UserInfo Builder = new("system:serviceaccount:ns:builder", "", ["system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"]);
    private readonly TestIdentity identity = new();

    [TestMethod]
    [DataRow("User bob", true, false)]
    [DataRow("Group devs", true, false)]
    [DataRow("Group system:authenticated", true, true)]
    [DataRow("Group system:serviceaccounts", false, true)]
    [DataRow("Group system:serviceaccounts:ns", false, true)]
    [DataRow("Group system:serviceaccounts:other", false, false)]
    [DataRow("Group bob", false, false)]
    [DataRow("ServiceAccount ns/builder", false, true)]
    [DataRow("ServiceAccount builder", false, true)]
    [DataRow("ServiceAccount other/builder", false, false)]
    [DataRow("User system:serviceaccount:ns:builder", false, true)]
    public void NameTheirSubjects(string subject, bool bob, bool builder)
    {
        identity.Role("reader", Pods);
        identity.Bind("Role reader", subject);

        Assert.AreEqual((bob, builder), (identity.May(Bob, "get pods"), identity.May(Builder, "get pods")));
    }

    [TestMethod]
    public void OfSubjectsThatDoNotExistAllowNobody()
    {
        identity.Role("reader", Pods);
        identity.UncheckedBinding("Role reader", "Robot bob");

        Assert.AreEqual((false, false), (identity.May(Bob, "get pods"), identity.May(Builder, "get pods")));
    }

    [TestMethod]
    public void OfARoleHoldInTheirNamespaceOnly()
    {
        identity.ClusterRole("reader", Pods);
        identity.Bind("ClusterRole reader", "User bob");

        Assert.IsTrue(identity.May(Bob, "get pods"));
        Assert.IsFalse(identity.May(Bob, "get pods", "other"));
        Assert.IsFalse(identity.May(Bob, "get pods", ""));
    }

    [TestMethod]
    public void OfTheClusterHoldEverywhere()
    {
        identity.ClusterRole("reader", Pods);
        identity.BindEverywhere("ClusterRole reader", "User bob");

        Assert.IsTrue(identity.May(Bob, "get pods", "other"));
        Assert.IsTrue(identity.May(Bob, "get pods", ""));
    }

    [TestMethod]
    public void CountFromTheirWriteToTheirDeletion()
    {
        identity.Role("reader", Pods);
        Assert.IsFalse(identity.May(Bob, "get pods"));

        var binding = identity.Bind("Role reader", "User bob");
        Assert.IsTrue(identity.May(Bob, "get pods"));
        identity.Objects.Delete(binding.Key, new());

        Assert.IsFalse(identity.May(Bob, "get pods"));
    }

    [TestMethod]
    public void FollowTheirRole()
    {
        var role = identity.Role("reader", Pods);
        identity.Bind("Role reader", "User bob");

        identity.Objects.Update(role.Key, value => value["rules"]![0]!["verbs"]![0] = "list");

        Assert.AreEqual((false, true), (identity.May(Bob, "get pods"), identity.May(Bob, "list pods")));
    }

    [TestMethod]
    public void SayWhatAllows()
    {
        identity.Role("reader", Pods);
        var binding = identity.Bind("Role reader", "ServiceAccount builder");

        var decision = identity.Authorizer.Authorize(Builder, TestIdentity.Request("get pods"));

        Assert.AreEqual($"RBAC: allowed by RoleBinding \"{binding.Key.Name}/ns\" of Role \"reader\" to ServiceAccount \"builder/ns\"", decision.Reason);
    }

    [TestMethod]
    public void ToNoRoleAreNamedInTheRefusal()
    {
        identity.Bind("Role gone", "User bob");

        var refused = Assert.ThrowsExactly<StatusException>(() => identity.Authorizer.Require(Bob, TestIdentity.Request("get pods", name: "web")));

        Assert.AreEqual("pods \"web\" is forbidden: User \"bob\" cannot get resource \"pods\" in API group \"\" in the namespace \"ns\": RBAC: role.rbac.authorization.k8s.io \"gone\" not found", refused.Message);
        Assert.AreEqual((403, "Forbidden"), (refused.Code, refused.Reason));
    }

    public void Dispose() => identity.Dispose();
}
