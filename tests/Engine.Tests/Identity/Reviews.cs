using System.Text.Json.Nodes;
using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Identity;

/// <summary>What access and token reviews answer.</summary>
[TestClass]
public sealed class Reviews : IDisposable
{
    private static readonly UserInfo Bob = TestIdentity.User("bob");
    private readonly TestIdentity identity = new();
    private readonly AccessReviews reviews;

    public Reviews()
    {
        reviews = new(identity.Authorizer);
        identity.Bind("ClusterRole view", "User bob");
    }

    [TestMethod]
    [DataRow("""{"resourceAttributes":{"verb":"get","resource":"pods","namespace":"ns"}}""", true)]
    [DataRow("""{"resourceAttributes":{"verb":"get","resource":"pods","subresource":"log","namespace":"ns"}}""", true)]
    [DataRow("""{"resourceAttributes":{"verb":"get","resource":"pods"}}""", false)]
    [DataRow("""{"resourceAttributes":{"verb":"get","resource":"secrets","namespace":"ns"}}""", false)]
    [DataRow("""{"nonResourceAttributes":{"verb":"get","path":"/api/v1"}}""", true)]
    [DataRow("""{"nonResourceAttributes":{"verb":"get","path":"/metrics"}}""", false)]
    public void WhatIMayDo(string spec, bool allowed)
    {
        var answer = reviews.Self(Bob, Review(spec));

        Assert.AreEqual(allowed, (bool)answer["status"]!["allowed"]!);
        Assert.AreEqual(spec, answer["spec"]!.ToJsonString());
    }

    [TestMethod]
    [DataRow("{}", "spec.resourceAttributes: Invalid value: \"null\": exactly one of nonResourceAttributes or resourceAttributes must be specified")]
    [DataRow("""{"resourceAttributes":{},"nonResourceAttributes":{"path":"/a"}}""", "spec.nonResourceAttributes: Invalid value: {\"path\":\"/a\"}: cannot be specified in combination with resourceAttributes")]
    public void AQuestionThatIsNone(string spec, string message)
    {
        var refused = Assert.ThrowsExactly<StatusException>(() => reviews.Self(Bob, Review(spec)));

        Assert.AreEqual((422, $".authorization.k8s.io \"\" is invalid: {message}"), (refused.Code, refused.Message));
    }

    [TestMethod]
    public void WhatOthersMayDo()
    {
        const string question = """ "resourceAttributes":{"verb":"get","resource":"pods","namespace":"ns"}""";

        Assert.IsTrue((bool)reviews.Subject(Review($$"""{"user":"bob",{{question}}}"""))["status"]!["allowed"]!);
        Assert.IsFalse((bool)reviews.Subject(Review($$"""{"user":"eve","groups":["a","b"],{{question}}}"""))["status"]!["allowed"]!);
        Assert.ThrowsExactly<StatusException>(() => reviews.Subject(Review($$"""{{{question}}}""")));
        Assert.IsTrue((bool)reviews.Local("ns", Review($$"""{"user":"bob",{{question}}}"""))["status"]!["allowed"]!);
        Assert.ThrowsExactly<StatusException>(() => reviews.Local("other", Review($$"""{"user":"bob",{{question}}}""")));
    }

    [TestMethod]
    public void AllThatIMayDo()
    {
        var status = reviews.Rules(Bob, Review("""{"namespace":"ns"}"""))["status"]!;

        CollectionAssert.Contains(status["resourceRules"]!.AsArray().Select(rule => rule!.ToJsonString()).ToArray(), """{"verbs":["get","list","watch"],"apiGroups":[""],"resources":["namespaces"]}""");
        Assert.AreEqual(2, status["nonResourceRules"]!.AsArray().Count);
        Assert.IsFalse((bool)status["incomplete"]!);
        Assert.AreEqual("no namespace on request", Assert.ThrowsExactly<StatusException>(() => reviews.Rules(Bob, Review("{}"))).Message);
    }

    [TestMethod]
    public void WhoIAm()
    {
        var user = AuthenticationReviews.Self(Bob, Review("{}"))["status"]!["userInfo"]!;

        Assert.AreEqual("""{"username":"bob","groups":["system:authenticated"]}""", user.ToJsonString());
    }

    [TestMethod]
    public void WhoseTokenItIs()
    {
        var account = identity.Make(Kinds.ServiceAccount, "builder");
        var tokens = new AuthenticationReviews(identity.Authenticator);
        JsonNode Ask(string token, string audiences) => tokens.Token(new() { ["spec"] = new JsonObject { ["token"] = token, ["audiences"] = JsonNode.Parse(audiences) } })["status"]!;

        var status = Ask(identity.TokenFor(account, null, "vault", "queue"), """["queue","other"]""");

        Assert.IsTrue((bool)status["authenticated"]!);
        Assert.AreEqual("""["queue"]""", status["audiences"]!.ToJsonString());
        Assert.AreEqual("system:serviceaccount:ns:builder", (string?)status["user"]!["username"]);
        Assert.AreEqual("invalid bearer token", (string?)Ask(identity.TokenFor(account, null, "vault"), """["queue"]""")["error"]);
        Assert.ThrowsExactly<StatusException>(() => tokens.Token(Review("{}")));
    }

    public void Dispose() => identity.Dispose();

    private static JsonObject Review(string spec) => new() { ["spec"] = JsonNode.Parse(spec) };
}
