using Kontrakt.Engine.Store;

namespace Engine.Tests.Identity;

/// <summary>Which requests a rule of a role allows.</summary>
[TestClass]
public sealed class Rules : IDisposable
{
    private static readonly UserInfo Bob = TestIdentity.User("bob");
    private readonly TestIdentity identity = new();

    [TestMethod]
    [DataRow("""{"apiGroups":[""],"resources":["pods"],"verbs":["get","list"]}""", "get pods; list pods", "watch pods; get pods/log; get secrets; get pods.apps")]
    [DataRow("""{"apiGroups":[""],"resources":["pods/log"],"verbs":["get"]}""", "get pods/log", "get pods; get pods/exec")]
    [DataRow("""{"apiGroups":["apps"],"resources":["*/scale"],"verbs":["update"]}""", "update deployments.apps/scale; update statefulsets.apps/scale", "update deployments.apps; update deployments.apps/status; update deployments/scale")]
    [DataRow("""{"apiGroups":["*"],"resources":["*"],"verbs":["get"]}""", "get pods; get pods/log; get things.example.com; get things.example.com/status", "list pods; get /logs")]
    [DataRow("""{"apiGroups":["","apps"],"resources":["pods","deployments"],"verbs":["*"]}""", "frobnicate pods; get deployments.apps; get pods.apps", "get jobs.batch")]
    [DataRow("""{"apiGroups":[""],"resources":["pods/*"],"verbs":["get"]}""", "get pods/*", "get pods/log; get pods")]
    public void OfResources(string rule, string allowed, string refused)
    {
        identity.Role("role", $"[{rule}]");
        identity.Bind("Role role", "User bob");

        foreach (var request in allowed.Split("; "))
            Assert.IsTrue(identity.May(Bob, request), request);
        foreach (var request in refused.Split("; "))
            Assert.IsFalse(identity.May(Bob, request), request);
    }

    [TestMethod]
    [DataRow("/logs", "get /logs", "get /logs/; get /logs/x; post /logs")]
    [DataRow("/logs/*", "get /logs/; get /logs/x; get /logs/x/y", "get /logs; get /log")]
    [DataRow("*", "get /; get /anything", "post /")]
    public void OfPaths(string path, string allowed, string refused)
    {
        identity.ClusterRole("role", $$"""[{"nonResourceURLs":["{{path}}"],"verbs":["get"]}]""");
        identity.BindEverywhere("ClusterRole role", "User bob");

        foreach (var request in allowed.Split("; "))
            Assert.IsTrue(identity.May(Bob, request), request);
        foreach (var request in refused.Split("; "))
            Assert.IsFalse(identity.May(Bob, request), request);
    }

    [TestMethod]
    public void PathsAreNothingOfANamespace()
    {
        identity.ClusterRole("role", """[{"nonResourceURLs":["*"],"verbs":["get"]}]""");
        identity.Bind("ClusterRole role", "User bob");

        Assert.IsFalse(identity.May(Bob, "get /logs"));
    }

    [TestMethod]
    public void OfNames()
    {
        identity.Role("role", """[{"apiGroups":[""],"resources":["secrets"],"resourceNames":["own"],"verbs":["*"]}]""");
        identity.Bind("Role role", "User bob");

        Assert.IsTrue(identity.Authorizer.Authorize(Bob, TestIdentity.Request("get secrets", name: "own")).Allowed);
        Assert.IsFalse(identity.Authorizer.Authorize(Bob, TestIdentity.Request("get secrets", name: "other")).Allowed);
        Assert.IsFalse(identity.Authorizer.Authorize(Bob, TestIdentity.Request("list secrets")).Allowed);
    }

    [TestMethod]
    [DataRow("""[{"verbs":["get"]}]""")]
    [DataRow("""[{"apiGroups":"*","resources":{"a":1},"verbs":["*"]}, 7, null, {"apiGroups":[{}],"resources":[["*"]],"verbs":["*"]}]""")]
    public void OfWhatCannotBeUnderstoodNoneIsAllowed(string rules)
    {
        identity.UncheckedRole("role", rules);
        identity.Bind("Role role", "User bob");

        Assert.IsFalse(identity.May(Bob, "get pods"));
    }

    public void Dispose() => identity.Dispose();
}
