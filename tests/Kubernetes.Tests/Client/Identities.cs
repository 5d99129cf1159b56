using System.Collections.Concurrent;
using System.Net;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;

namespace Kubernetes.Tests.Client;

[TestClass]
public sealed class Identities
{
    private static readonly ResourceName Pod = new(ApiResource.Pods, "n", "p");
    private readonly ConcurrentQueue<string> shown = new();
    private string folder = "";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestInitialize]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("kontrakt-identity-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task ReadATokenFileAgainWhenItsTokenIsRefused()
    {
        var path = Path.Combine(folder, "token");
        await File.WriteAllTextAsync(path, "old\n", Token);
        await using var server = await AcceptAsync("Bearer old");
        using var client = server.Client(new ClusterIdentity.TokenFile(path));

        await client.FindAsync(Pod, Token);
        await File.WriteAllTextAsync(path, "new\n", Token);
        accepted = "Bearer new";
        await client.FindAsync(Pod, Token);

        CollectionAssert.AreEqual(new[] { "Bearer old", "Bearer old", "Bearer new" }, shown.ToArray());
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task RenewATokenOnceWhenItIsRefused()
    {
        var renewals = 0;
        await using var server = await AcceptAsync("Bearer token-1");
        using var client = server.Client(new ClusterIdentity.Token("token-0") { Renew = _ => Task.FromResult($"token-{Interlocked.Increment(ref renewals)}") });

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.FindAsync(Pod, Token)));

        Assert.AreEqual(1, renewals);
        Assert.AreEqual("Bearer token-1", shown.Last());
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreRefusedWhenTheRenewedTokenIsToo()
    {
        var renewals = 0;
        await using var server = await AcceptAsync("Bearer other");
        using var renewed = server.Client(new ClusterIdentity.Token("old") { Renew = _ => Task.FromResult($"new-{++renewals}") });
        using var gone = server.Client(new ClusterIdentity.Token("old")
        {
            Renew = _ => throw new KubernetesException("the account is gone", HttpStatusCode.NotFound, "NotFound", []),
        });

        var refused = await Assert.ThrowsExactlyAsync<KubernetesException>(() => renewed.FindAsync(Pod, Token));
        var alone = await Assert.ThrowsExactlyAsync<KubernetesException>(() => gone.FindAsync(Pod, Token));

        Assert.AreEqual(HttpStatusCode.Unauthorized, refused.Code);
        Assert.AreEqual(HttpStatusCode.Unauthorized, alone.Code);
        Assert.AreEqual(1, renewals);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task RunAPluginOnceUntilItsTokenExpires()
    {
        await using var server = await AcceptAsync("Bearer token-1");
        using var client = server.Client(Plugin("""
            n=$(($(cat "$COUNT" 2>/dev/null || echo 0) + 1)); echo $n > "$COUNT"
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-%s","expirationTimestamp":"2100-01-01T00:00:00Z"}}' $n
            """));

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.FindAsync(Pod, Token)));

        Assert.AreEqual("Bearer token-1", string.Join(" ", shown.Distinct()));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task RunAPluginAgainOnceWhenItsTokenIsRefused()
    {
        await using var server = await AcceptAsync("Bearer token-2");
        using var client = server.Client(Plugin("""
            n=$(($(cat "$COUNT" 2>/dev/null || echo 0) + 1)); echo $n > "$COUNT"
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-%s"}}' $n
            """));

        await client.FindAsync(Pod, Token);
        accepted = "nobody";
        var refused = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.FindAsync(Pod, Token));

        Assert.AreEqual(HttpStatusCode.Unauthorized, refused.Code);
        CollectionAssert.AreEqual(new[] { "Bearer token-1", "Bearer token-2", "Bearer token-2", "Bearer token-3" }, shown.ToArray());
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task RunAPluginAgainWhenItsTokenHasExpired()
    {
        await using var server = await AcceptAsync("Bearer token-1");
        using var client = server.Client(Plugin("""
            n=$(($(cat "$COUNT" 2>/dev/null || echo 0) + 1)); echo $n > "$COUNT"
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-%s","expirationTimestamp":"2001-01-01T00:00:00Z"}}' $n
            """));

        await client.FindAsync(Pod, Token);
        accepted = "Bearer token-2";
        await client.FindAsync(Pod, Token);

        CollectionAssert.AreEqual(new[] { "Bearer token-1", "Bearer token-2" }, shown.ToArray());
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task TellThePluginOfTheCluster()
    {
        await using var server = await AcceptAsync("Bearer ok");
        var plugin = Plugin("""
            echo "$KUBERNETES_EXEC_INFO" > "$COUNT"
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"ok"}}'
            """);
        using var client = server.Client(plugin);

        await client.FindAsync(Pod, Token);

        var info = Cluster.Object(await File.ReadAllTextAsync(Path.Combine(folder, "count"), Token));
        Assert.AreEqual(server.Address.OriginalString, info.Text("spec", "cluster", "server"));
        Assert.AreEqual("false", info.Text("spec", "interactive"));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow("echo 'please log in; token: eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln' >&2; exit 3", "exit code 3: please log in; token: ***")]
    [DataRow("echo 'no json, but s3cret'", "is not an ExecCredential")]
    [DataRow("""echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"s3cret"}}'""", "but the kubeconfig says client.authentication.k8s.io/v1")]
    [DataRow("""echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{}}'""", "neither a token nor a client certificate")]
    [DataRow("""echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientCertificateData":"s3cret","clientKeyData":"s3cret"}}'""", "cannot be used")]
    public async Task SayWhatIsWrongWithAPluginWithoutItsSecrets(string script, string expected)
    {
        await using var server = await AcceptAsync("nobody");
        using var client = server.Client(Plugin(script));

        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.FindAsync(Pod, Token));

        StringAssert.Contains(failure.Message, expected);
        Assert.IsFalse(failure.ToString().Contains("s3cret", StringComparison.Ordinal) || failure.Message.Contains("eyJ", StringComparison.Ordinal), failure.ToString());
        Assert.AreEqual(KubernetesException.CredentialReason, failure.Reason);
        Assert.IsFalse(failure.IsTransient);
        Assert.IsEmpty(server.Requests);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task GiveTheHintForAPluginThatIsNotInstalled()
    {
        await using var server = await AcceptAsync("nobody");
        using var client = server.Client(new ClusterIdentity.Exec(new("client.authentication.k8s.io/v1", "kontrakt-no-such-plugin", [], new Dictionary<string, string>(), "brew install it", false)));

        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.FindAsync(Pod, Token));

        StringAssert.Contains(failure.Message, "brew install it");
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task ShareConnectionsWithoutMixing()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) =>
            context.JsonAsync(Answers.Pod((context.Request.Headers.Authorization.ToString() + "-" + context.Request.Headers["Impersonate-User"]).Replace(' ', '-'), 1)));
        using var owner = server.Client(new ClusterIdentity.Token("owner"), new() { ImpersonateUser = "boss" });
        using var account = owner.As(new ClusterIdentity.Token("account"));
        using var nobody = owner.As(new ClusterIdentity.Anonymous());

        var names = await Task.WhenAll(Enumerable.Range(0, 30).Select(async i => (i % 3, (await new[] { owner, account, nobody }[i % 3].FindAsync(Pod, Token))?.Name)));

        CollectionAssert.AreEquivalent(new[] { (0, "Bearer-owner-boss"), (1, "Bearer-account-"), (2, "-") }, names.Distinct().ToArray());
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task GoOnWhenTheClientTheyCameFromIsDisposed()
    {
        await using var server = await AcceptAsync("Bearer account");
        var owner = server.Client();
        using var account = owner.As(new ClusterIdentity.Token("account"));

        owner.Dispose();

        Assert.IsNotNull(await account.FindAsync(Pod, Token));
    }

    /// <summary>They would arrive as one, with a comma in its name.</summary>
    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task ActAsOneGroupOnly()
    {
        await using var server = await AcceptAsync("Bearer secret-token");
        using var one = new ClusterClient(server.Connection() with { ImpersonateUser = "boss", ImpersonateGroups = ["a"] });
        using var several = new ClusterClient(server.Connection() with { ImpersonateUser = "boss", ImpersonateGroups = ["a", "b"] });

        await one.FindAsync(Pod, Token);
        var refused = await Assert.ThrowsExactlyAsync<KubernetesException>(() => several.FindAsync(Pod, Token));

        StringAssert.Contains(refused.Message, "as-groups: a, b");
        Assert.HasCount(1, server.Requests);
    }

    private string accepted = "";

    private Task<ScriptedServer> AcceptAsync(string header)
    {
        accepted = header;
        return ScriptedServer.StartAsync((context, _) =>
        {
            var authorization = context.Request.Headers.Authorization.ToString();
            shown.Enqueue(authorization);
            return authorization == accepted ? context.JsonAsync(Answers.Pod("p", 1)) : context.StatusAsync(401, "Unauthorized");
        });
    }

    private ClusterIdentity.Exec Plugin(string script)
    {
        var path = Path.Combine(folder, "plugin.sh");
        File.WriteAllText(path, script);
        return new(new("client.authentication.k8s.io/v1", "/bin/sh", [path], new Dictionary<string, string> { ["COUNT"] = Path.Combine(folder, "count") }, null, ProvideClusterInfo: true));
    }
}
