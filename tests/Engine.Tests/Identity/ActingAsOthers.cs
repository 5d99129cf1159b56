using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Engine.Tests.Identity;

/// <summary>Who may act as somebody else does, with all that the headers say of that somebody, and no more than the caller has a right to.</summary>
[TestClass]
public sealed class ActingAsOthers : IDisposable
{
    private static readonly UserInfo Bob = TestIdentity.User("bob");
    private readonly TestIdentity identity = new();

    [TestMethod]
    public void NobodyIsNamed() => Assert.AreSame(Bob, Apply(Bob));

    [TestMethod]
    [DataRow("eve", "system:authenticated")]
    [DataRow("system:anonymous", "")]
    [DataRow("system:serviceaccount:ns:builder", "system:serviceaccounts system:serviceaccounts:ns system:authenticated")]
    [DataRow("system:serviceaccount:half", "system:authenticated")]
    public void AUserHasTheGroupsOfItsKind(string name, string groups)
    {
        var user = Apply(identity.Admin.User, ("Impersonate-User", name));

        Assert.AreEqual((name, groups), (user.Name, string.Join(' ', user.Groups)));
    }

    [TestMethod]
    [DataRow("devs", "devs system:authenticated")]
    [DataRow("system:unauthenticated", "system:unauthenticated")]
    public void GroupsThatAreNamedAreThoseGroups(string given, string groups) =>
        Assert.AreEqual(groups, string.Join(' ', Apply(identity.Admin.User, ("Impersonate-User", "eve"), ("Impersonate-Group", given)).Groups));

    [TestMethod]
    public void UidAndExtraFieldsComeAlong()
    {
        var user = Apply(identity.Admin.User, ("Impersonate-User", "eve"), ("Impersonate-Uid", "u1"), ("impersonate-extra-Acme.com%2FProject", "p1"));

        Assert.AreEqual("u1", user.Uid);
        CollectionAssert.AreEqual(new[] { "p1" }, user.Extra["acme.com/project"].ToArray());
    }

    [TestMethod]
    [DataRow("Impersonate-User", "eve", "users \"eve\" is forbidden: User \"bob\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope")]
    [DataRow("Impersonate-User", "system:serviceaccount:ns:builder", "serviceaccounts \"builder\" is forbidden: User \"bob\" cannot impersonate resource \"serviceaccounts\" in API group \"\" in the namespace \"ns\"")]
    public void WhoMayNotIsRefused(string header, string value, string message)
    {
        var refused = Assert.ThrowsExactly<StatusException>(() => Apply(Bob, (header, value)));

        Assert.AreEqual((403, message), (refused.Code, refused.Message));
    }

    [TestMethod]
    [DataRow("Impersonate-Group", "system:masters", "groups")]
    [DataRow("Impersonate-Uid", "u1", "uids")]
    [DataRow("Impersonate-Extra-Project", "p1", "userextras/project")]
    public void ARightToTheNameIsNoRightToTheRest(string header, string value, string resource)
    {
        identity.ClusterRole("act", """[{"apiGroups":[""],"resources":["users"],"verbs":["impersonate"]}]""");
        identity.BindEverywhere("ClusterRole act", "User bob");

        Assert.AreEqual("eve", Apply(Bob, ("Impersonate-User", "eve")).Name);
        var refused = Assert.ThrowsExactly<StatusException>(() => Apply(Bob, ("Impersonate-User", "eve"), (header, value)));

        StringAssert.Contains(refused.Message, $"cannot impersonate resource \"{resource}\"");
    }

    [TestMethod]
    [DataRow("Impersonate-Group", "system:masters")]
    [DataRow("Impersonate-Uid", "u1")]
    [DataRow("Impersonate-Extra-Project", "p1")]
    public void WithoutANameIsABadRequest(string header, string value) =>
        Assert.AreEqual(400, Assert.ThrowsExactly<StatusException>(() => Apply(identity.Admin.User, (header, value))).Code);

    public void Dispose() => identity.Dispose();

    private UserInfo Apply(UserInfo caller, params (string Name, string Value)[] headers)
    {
        var given = new HeaderDictionary();
        foreach (var (name, value) in headers)
            given.Append(name, value);
        return Impersonation.Apply(identity.Authorizer, given, caller);
    }
}
