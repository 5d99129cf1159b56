using System.Net;
using System.Net.Sockets;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Clusters;

[TestClass]
public sealed class RightsBeforeTheRun
{
    [TestMethod]
    [Timeout(60_000)]
    public async Task AreAllThereForAnAdministrator()
    {
        await using var cluster = TestCluster.Open();

        await Preflight.CheckAsync(cluster.Admin, TestCluster.Settings(), [], CancellationToken.None);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AreNamedAllAtOnceWhenMissing()
    {
        await using var cluster = TestCluster.Open();
        using var nobody = cluster.AsUser("kc-nobody");

        var e = await MissingAsync(nobody, TestCluster.Settings());

        Assert.AreEqual("KTR3004", e.Diagnostics.Single().Code);
        foreach (var right in (string[])["'kc-nobody'", "create namespaces", "delete namespaces", "create serviceaccounts/token", "watch pods", "get pods/log", "grant rights"])
            Assert.Contains(right, e.Message);
    }

    /// <summary>A namespace that is kept gets a later expiry.</summary>
    [TestMethod]
    [DataRow(KeepPolicy.Never, null, "", false)]
    [DataRow(KeepPolicy.Failed, null, "namespaces", true)]
    [DataRow(KeepPolicy.Always, null, "namespaces", true)]
    [DataRow(KeepPolicy.Never, "team", "", false)]
    [DataRow(KeepPolicy.Failed, "team", "serviceaccounts", true)]
    [DataRow(KeepPolicy.Always, "team", "serviceaccounts", true)]
    public void IncludeThatOfMarkingWhatIsKept(KeepPolicy keep, string? ns, string resource, bool patches)
    {
        var plan = RightsPlan.For(TestCluster.Settings() with { Keep = keep, Namespace = ns }, []);

        CollectionAssert.AreEqual(patches ? new[] { resource } : [], plan.Questions.Where(question => question.Verb == "patch").Select(question => question.Resource).ToArray());
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task IncludeThatOfGrantingRights()
    {
        await using var cluster = TestCluster.Open();
        using var user = await cluster.AsUserAsync($"kc-nogrant-{Guid.NewGuid():N}", ("", "namespaces,serviceaccounts,serviceaccounts/token,pods,pods/log,events", "*"), ("rbac.authorization.k8s.io", "roles,rolebindings", "create,get,list,watch,delete,patch"));

        var e = await MissingAsync(user, TestCluster.Settings());

        Assert.Contains("missing: in namespaces it makes: grant rights to the run's own account", e.Message);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AreEnoughForWhoHasAdminAndMakesNamespaces()
    {
        await using var cluster = TestCluster.Open();
        var name = $"kc-teamlead-{Guid.NewGuid():N}";
        using var user = await cluster.AsUserAsync(name, ("", "namespaces", "create,get,delete"), ("", "serviceaccounts/token", "create"), ("", "events", "get,list,watch"));
        await cluster.BindAsync(name, "ClusterRole", "admin", null, name + "-admin");

        await Preflight.CheckAsync(user, TestCluster.Settings(), [], CancellationToken.None);
        var lease = await cluster.AcquireAsync("kc-teamlead", caller: user);
        await new Leases(lease.Caller, TestCluster.Settings(), cluster.Log).DeleteAsync(lease);

        Assert.Contains("the cluster role 'admin'", cluster.Log.Text);
        Assert.IsNull(await cluster.FindNamespaceAsync(lease.Namespace), cluster.Log.Text);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AreAskedForTheGivenNamespaceAlone()
    {
        await using var cluster = TestCluster.Open();
        var ns = await cluster.CreateNamespaceAsync("kc-given");
        var user = $"kc-given-{Guid.NewGuid():N}";
        await cluster.BindAsync(user, "ClusterRole", "cluster-admin", ns);
        using var client = cluster.AsUser(user);

        await Preflight.CheckAsync(client, TestCluster.Settings() with { Namespace = ns }, [], CancellationToken.None);
        var elsewhere = await MissingAsync(client, TestCluster.Settings() with { Namespace = "default" });

        Assert.Contains("in the namespace 'default': ", elsewhere.Message);
        Assert.DoesNotContain("create namespaces", elsewhere.Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AreAskedForTheNamespaceOfBuildsToo()
    {
        await using var cluster = TestCluster.Open();
        var (ns, builds) = (await cluster.CreateNamespaceAsync("kc-given"), await cluster.CreateNamespaceAsync("kc-builds"));
        var user = $"kc-builds-{Guid.NewGuid():N}";
        await cluster.BindAsync(user, "ClusterRole", "cluster-admin", ns);
        using var client = cluster.AsUser(user);
        var settings = TestCluster.Settings() with { Namespace = ns, BuildNamespace = builds };

        var missing = await MissingAsync(client, settings);
        var absent = await MissingAsync(cluster.Admin, settings with { BuildNamespace = "kc-does-not-exist" });

        Assert.Contains($"in the namespace '{builds}': ", missing.Message);
        Assert.DoesNotContain($"'{ns}'", missing.Message);
        Assert.AreEqual("KTR3012", absent.Diagnostics.Single().Code);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task IncludeWhatTheManifestsMakeTheCallerWatch()
    {
        await using var cluster = TestCluster.Open();
        using var nobody = cluster.AsUser("kc-nobody");

        var e = await Assert.ThrowsExactlyAsync<KontraktException>(() =>
            Preflight.CheckAsync(nobody, TestCluster.Settings(), [new("apps", "v1", "Deployment"), new("example.com", "v1", "None")], CancellationToken.None));

        Assert.Contains("watch deployments.apps", e.Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task NeedTheGivenNamespaceToExist()
    {
        await using var cluster = TestCluster.Open();

        var e = await MissingAsync(cluster.Admin, TestCluster.Settings() with { Namespace = "kc-does-not-exist" });

        Assert.AreEqual("KTR3012", e.Diagnostics.Single().Code);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task NeedThePullSecretToExist()
    {
        await using var cluster = TestCluster.Open();

        var e = await MissingAsync(cluster.Admin, TestCluster.Settings() with { ImagePullSecret = "default/kc-none" });

        Assert.AreEqual("KTR3015", e.Diagnostics.Single().Code);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AreNotAskedOfAClusterThatRefusesTheCredentials()
    {
        await using var cluster = TestCluster.Open();
        using var stranger = new ClusterClient(cluster.Connection with { Identity = new ClusterIdentity.Token("wrong") });

        var e = await MissingAsync(stranger, TestCluster.Settings());

        Assert.AreEqual("KTR3013", e.Diagnostics.Single().Code);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("https://localhost:{port}", "connection refused")]
    [DataRow("https://kc.does-not-exist.invalid", "name cannot be resolved")]
    public async Task SayWhyAClusterCannotBeReached(string server, string why)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var client = Client(server.Replace("{port}", $"{port}", StringComparison.Ordinal));

        var e = await MissingAsync(client, TestCluster.Settings());

        Assert.AreEqual("KTR3001", e.Diagnostics.Single().Code);
        Assert.Contains(why, e.Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task DoNotWaitLongForAClusterThatIsSilent()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = Client($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

        var e = await MissingAsync(client, TestCluster.Settings());

        Assert.AreEqual("KTR3001", e.Diagnostics.Single().Code);
        Assert.Contains("no answer within", e.Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task SayThatTheCertificateIsNotTrusted()
    {
        await using var cluster = TestCluster.Open();
        using var client = new ClusterClient(cluster.Connection with { CertificateAuthority = null });

        var e = await MissingAsync(client, TestCluster.Settings());

        Assert.AreEqual("KTR3001", e.Diagnostics.Single().Code);
        Assert.Contains("TLS failed", e.Message);
    }

    private static ClusterClient Client(string server) => new(new() { Name = "kc", Server = new(server), Identity = new ClusterIdentity.Anonymous() });

    private static Task<KontraktException> MissingAsync(ClusterClient client, KontraktSettings settings) =>
        Assert.ThrowsExactlyAsync<KontraktException>(() => Preflight.CheckAsync(client, settings, [], CancellationToken.None));
}
