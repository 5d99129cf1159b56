using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Identity;

/// <summary>Tokens that are asked of the API.</summary>
[TestClass]
public sealed class RequestedTokens : IDisposable
{
    private readonly TestIdentity identity = new();
    private readonly TokenRequests requests;

    public RequestedTokens()
    {
        requests = new(identity.Store, identity.Tokens);
        identity.Make(Kinds.ServiceAccount, "builder");
    }

    [TestMethod]
    public void AreForTheApiAndOneHourWhereNothingElseIsSaid()
    {
        var answer = requests.Create("ns", "builder", []);

        Assert.AreEqual("system:serviceaccount:ns:builder", identity.Authenticator.Authenticate((string)answer["status"]!["token"]!)!.Name);
        Assert.AreEqual(identity.Time.GetUtcNow().AddHours(1), DateTimeOffset.Parse((string)answer["status"]!["expirationTimestamp"]!, CultureInfo.InvariantCulture));
        Assert.AreEqual(3600, (long)answer["spec"]!["expirationSeconds"]!);
    }

    [TestMethod]
    [DataRow("""{"expirationSeconds":599}""", 422, "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes")]
    [DataRow("""{"expirationSeconds":4294967297}""", 422, "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds")]
    [DataRow("""{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"gone"}}""", 404, "pods \"gone\" not found")]
    [DataRow("""{"boundObjectRef":{"apiVersion":"v1","kind":"ConfigMap","name":"x"}}""", 400, "cannot bind token to object of type /v1, Kind=ConfigMap")]
    [DataRow("""{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"of-other"}}""", 400, "cannot bind token for serviceaccount \"builder\" to pod running with different serviceaccount name.")]
    public void AreRefused(string spec, int code, string message)
    {
        var pod = identity.Make(Kinds.Pod, "of-other");
        identity.Objects.Update(pod.Key, value => value["spec"]!["serviceAccountName"] = "other");

        var refused = Assert.ThrowsExactly<StatusException>(() => requests.Create("ns", "builder", new() { ["spec"] = JsonNode.Parse(spec) }));

        Assert.AreEqual((code, message), (refused.Code, refused.Message));
    }

    [TestMethod]
    public void OfAnAccountThatIsNotThereAreRefused() =>
        Assert.AreEqual("serviceaccounts \"gone\" not found", Assert.ThrowsExactly<StatusException>(() => requests.Create("ns", "gone", [])).Message);

    [TestMethod]
    public void AreBoundToThePodThatIsMeant()
    {
        var pod = identity.Make(Kinds.Pod, "web-0");
        JsonObject Request(string uid) => new() { ["spec"] = new JsonObject { ["boundObjectRef"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = "web-0", ["uid"] = uid } } };

        var token = (string)requests.Create("ns", "builder", Request(pod.View.Uid))["status"]!["token"]!;

        CollectionAssert.AreEqual(new[] { "web-0" }, identity.Authenticator.Authenticate(token)!.Extra["authentication.kubernetes.io/pod-name"].ToArray());
        Assert.AreEqual(409, Assert.ThrowsExactly<StatusException>(() => requests.Create("ns", "builder", Request("other"))).Code);
    }

    public void Dispose() => identity.Dispose();
}
