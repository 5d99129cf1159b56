using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Identity;

/// <summary>A token is worth something as long as all that it says is true.</summary>
[TestClass]
public sealed class Tokens : IDisposable
{
    private readonly TestIdentity identity = new();
    private readonly StoredObject account;

    public Tokens() => account = identity.Make(Kinds.ServiceAccount, "builder");

    [TestMethod]
    public void AnAccountsTokenMakesItsUser()
    {
        var user = identity.Authenticator.Authenticate(identity.TokenFor(account))!;

        Assert.AreEqual("system:serviceaccount:ns:builder", user.Name);
        Assert.AreEqual(account.View.Uid, user.Uid);
        CollectionAssert.AreEqual(new[] { "system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated" }, user.Groups.ToArray());
    }

    [TestMethod]
    public void ItSaysWhatTokensOfKubernetesSay()
    {
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(identity.TokenFor(account, new("Pod", "web-0", "u1")).Split('.')[1]))!;
        var now = identity.Time.GetUtcNow().ToUnixTimeSeconds();

        Assert.AreEqual("system:serviceaccount:ns:builder", (string?)claims["sub"]);
        Assert.AreEqual((now, now, now + 3600), ((long)claims["iat"]!, (long)claims["nbf"]!, (long)claims["exp"]!));
        Assert.AreEqual((string?)claims["iss"], (string?)claims["aud"]![0]);
        Assert.IsTrue(Guid.TryParse((string?)claims["jti"], out _));
        Assert.AreEqual($$$"""{"namespace":"ns","pod":{"name":"web-0","uid":"u1"},"serviceaccount":{"name":"builder","uid":"{{{account.View.Uid}}}"}}""", claims["kubernetes.io"]!.ToJsonString());
    }

    [TestMethod]
    public void OfAPodItSaysTheNodeToo()
    {
        var node = identity.Objects.Create(Kinds.Node, "", new() { ["apiVersion"] = "v1", ["kind"] = "Node", ["metadata"] = new JsonObject { ["name"] = "one" } });
        var pod = identity.Make(Kinds.Pod, "web-0");
        identity.Objects.Update(pod.Key, item => item["spec"]!["nodeName"] = "one");

        var user = identity.Authenticator.Authenticate(identity.TokenFor(account, new("Pod", "web-0", pod.View.Uid)))!;

        Assert.AreEqual(("one", node.View.Uid), (user.Extra["authentication.kubernetes.io/node-name"].Single(), user.Extra["authentication.kubernetes.io/node-uid"].Single()));
        Assert.AreEqual(("web-0", pod.View.Uid), (user.Extra["authentication.kubernetes.io/pod-name"].Single(), user.Extra["authentication.kubernetes.io/pod-uid"].Single()));
    }

    [TestMethod]
    public void OfANodeItEndsWithIt()
    {
        var node = identity.Objects.Create(Kinds.Node, "", new() { ["apiVersion"] = "v1", ["kind"] = "Node", ["metadata"] = new JsonObject { ["name"] = "one" } });
        var token = identity.TokenFor(account, new("Node", "one", node.View.Uid));

        Assert.AreEqual("one", identity.Authenticator.Authenticate(token)!.Extra["authentication.kubernetes.io/node-name"].Single());
        identity.Objects.Delete(node.Key, new());

        Assert.IsNull(identity.Authenticator.Authenticate(token));
    }

    [TestMethod]
    public void ItExpires()
    {
        var token = identity.TokenFor(account);

        identity.Time.Advance(TimeSpan.FromSeconds(3599));
        Assert.IsNotNull(identity.Authenticator.Authenticate(token));
        identity.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.IsNull(identity.Authenticator.Authenticate(token));
    }

    [TestMethod]
    public void ForAnotherAudienceItIsWorthNothingHere()
    {
        var token = identity.TokenFor(account, null, "vault");

        Assert.IsNull(identity.Authenticator.Authenticate(token));
        CollectionAssert.AreEqual(new[] { "vault" }, identity.Tokens.Verify(token, ["other", "vault"])!.Audiences.ToArray());
    }

    [TestMethod]
    public void ItEndsWithItsAccountAndAnotherOfThatNameIsNotTheSame()
    {
        var token = identity.TokenFor(account);

        identity.Objects.Delete(account.Key, new());
        Assert.IsNull(identity.Authenticator.Authenticate(token));
        identity.Make(Kinds.ServiceAccount, "builder");

        Assert.IsNull(identity.Authenticator.Authenticate(token));
    }

    [TestMethod]
    [DataRow("Pod")]
    [DataRow("Secret")]
    public void ItEndsWithWhatItIsBoundTo(string kind)
    {
        var bound = identity.Make(kind == "Pod" ? Kinds.Pod : Kinds.Secret, "web-0");
        var token = identity.TokenFor(account, new(kind, "web-0", bound.View.Uid));

        Assert.IsNotNull(identity.Authenticator.Authenticate(token));
        identity.Objects.Delete(bound.Key, new());

        Assert.IsNull(identity.Authenticator.Authenticate(token));
    }

    [TestMethod]
    public void AnotherEnginesTokenIsNobodys()
    {
        using var other = new TokenIssuer(identity.Store, identity.Time);
        var token = other.Issue(new("ns", "builder", account.View.Uid, [], TimeSpan.FromHours(1), null)).Value;

        Assert.IsNull(identity.Authenticator.Authenticate(token));
    }

    [TestMethod]
    public void NoAlgorithmOfTheClientsChoiceIsTaken()
    {
        var parts = identity.TokenFor(account).Split('.');
        foreach (var header in (string[])["""{"alg":"none"}""", """{"alg":"HS256"}""", """{"alg":"ES256"}""", """{"alg":"ES256","kid":"x"}""", """{"alg":"none","typ":"JWT"}"""])
        {
            var encoded = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header));

            Assert.IsNull(identity.Authenticator.Authenticate($"{encoded}.{parts[1]}.{parts[2]}"), header);
            Assert.IsNull(identity.Authenticator.Authenticate($"{encoded}.{parts[1]}."), header);
        }
    }

    [TestMethod]
    public void WhatIsNoTokenIsNobodysAndNoFault()
    {
        var random = new Random(1);
        var good = identity.TokenFor(account);
        for (var i = 0; i < 20_000; i++)
        {
            var bad = new StringBuilder(good);
            for (var change = 0; change <= random.Next(3); change++)
                _ = random.Next(4) switch
                {
                    0 => bad.Remove(random.Next(bad.Length), 1),
                    1 => bad.Insert(random.Next(bad.Length), (char)random.Next(1, 0x3000)),
                    2 => bad.Append('.', random.Next(3)).Append((char)random.Next(33, 127)),
                    _ => bad.Remove(random.Next(bad.Length / 2, bad.Length), 0).Replace(bad[random.Next(bad.Length)], (char)random.Next(33, 127)),
                };
            var text = bad.ToString();
            if (text != good && identity.Authenticator.Authenticate(text) is { } user)
                Assert.AreEqual("system:serviceaccount:ns:builder", SameSignature(good, text) ? user.Name : "", text);
        }
        foreach (var text in (string[])["", ".", "..", "...", "\0", "a.b.c", new string('.', 100_000), new string('a', 10_000_000), good + ".", good + "\n", " " + good])
            Assert.IsNull(identity.Authenticator.Authenticate(text));
    }

    [TestMethod]
    public void TheAdminTokenIsLongAndItsUserMayDoEverything()
    {
        var user = identity.Authenticator.Authenticate(identity.Admin.Value)!;

        Assert.AreEqual(32, Base64Url.DecodeFromChars(identity.Admin.Value).Length);
        Assert.AreEqual("kontrakt-admin", user.Name);
        Assert.IsTrue(identity.May(user, "anything things.example.com"));
        Assert.IsNull(identity.Authenticator.Authenticate(identity.Admin.Value + "x"));
    }

    [TestMethod]
    public void NoTokenIsPrinted()
    {
        var token = identity.Tokens.Issue(new("ns", "builder", account.View.Uid, [], TimeSpan.FromHours(1), null));

        Assert.IsFalse($"{token}".Contains(token.Value, StringComparison.Ordinal));
        Assert.IsFalse($"{identity.Admin}".Contains(identity.Admin.Value, StringComparison.Ordinal));
    }

    public void Dispose() => identity.Dispose();

    /// <summary>The last letter of 64 bytes in Base64 has bits that mean nothing: other text, same token.</summary>
    private static bool SameSignature(string left, string right) => left.Length == right.Length && left[..^1] == right[..^1];
}
