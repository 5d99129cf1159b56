using System.Text;
using Kontrakt.Kubernetes.Config;
using Kubernetes.Tests.Client;

namespace Kubernetes.Tests.Config;

[TestClass]
public sealed class KubeConfigs
{
    private string folder = "";

    [TestInitialize]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("kontrakt-kubeconfig-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void AreMergedSoThatTheFirstFileWins()
    {
        var one = Write("one", """
            current-context: a
            contexts: [{name: a, context: {cluster: c, user: u, namespace: mine}}]
            users: [{name: u, user: {token: first}}]
            """);
        var two = Write("two", """
            apiVersion: v1
            kind: Config
            current-context: b
            preferences: {}
            contexts: [{name: a, context: {cluster: other, user: u}}, {name: b, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://c.example.org/k8s/clusters/x", extensions: [{name: y, extension: {}}]}}]
            users: [{name: u, user: {token: second}}]
            """);

        var config = KubeConfig.Load(string.Join(Path.PathSeparator, one, Path.Combine(folder, "missing"), two));
        var connection = config.Connect(null);

        CollectionAssert.AreEqual(new[] { "a", "b" }, config.Contexts.ToArray());
        Assert.AreEqual("a", connection.Name);
        Assert.AreEqual("mine", connection.Namespace);
        Assert.AreEqual("https://c.example.org/k8s/clusters/x", connection.Server.AbsoluteUri);
        Assert.AreEqual(new ClusterIdentity.Token("first"), connection.Identity);
    }

    [TestMethod]
    public void FindTheirFilesBesideThemselves()
    {
        var (certificate, key) = TestCertificates.ClientPair("me", "rsa");
        Directory.CreateDirectory(Path.Combine(folder, "sub", "pki"));
        File.WriteAllBytes(Path.Combine(folder, "sub", "pki", "me.crt"), certificate);
        File.WriteAllBytes(Path.Combine(folder, "sub", "pki", "me.key"), key);
        File.WriteAllBytes(Path.Combine(folder, "sub", "pki", "ca.crt"), TestCertificates.Authority("ca"));
        var path = Write("sub/config", Config("certificate-authority: pki/ca.crt", "client-certificate: pki/me.crt, client-key: pki/me.key, tokenFile: token"));

        var connection = KubeConfig.Load(path).Connect("x");

        var identity = (ClusterIdentity.ClientCertificate)connection.Identity;
        CollectionAssert.AreEqual(key, identity.Key.ToArray());
        Assert.AreEqual(new ClusterIdentity.TokenFile(Path.Combine(folder, "sub", "token")), identity.Also);
        StringAssert.Contains(Encoding.UTF8.GetString(connection.CertificateAuthority!.Value.Span), "BEGIN CERTIFICATE");
    }

    [TestMethod]
    public void GiveProxyNamesBasicAndImpersonation()
    {
        var path = Write("config", Config("proxy-url: socks5://localhost:1080, tls-server-name: api, insecure-skip-tls-verify: true",
            "username: u, password: \"007\", as: boss, as-groups: [a, b]"));

        var connection = KubeConfig.Load(path).Connect("x");

        Assert.AreEqual("socks5", connection.Proxy?.Scheme);
        Assert.AreEqual("api", connection.TlsServerName);
        Assert.IsTrue(connection.InsecureSkipTlsVerify);
        Assert.AreEqual(new ClusterIdentity.Basic("u", "007"), connection.Identity);
        Assert.AreEqual("boss a b", connection.ImpersonateUser + " " + string.Join(" ", connection.ImpersonateGroups));
    }

    [TestMethod]
    public void GiveTheExecPlugin()
    {
        var path = Write("config", Config("", "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./bin/login, args: [--a, b], env: [{name: E, value: f}], installHint: get it, provideClusterInfo: true, interactiveMode: IfAvailable}"));

        var plugin = ((ClusterIdentity.Exec)KubeConfig.Load(path).Connect("x").Identity).Plugin;

        Assert.AreEqual(Path.Combine(folder, "bin", "login"), plugin.Command);
        Assert.AreEqual("--a b", string.Join(" ", plugin.Args));
        Assert.AreEqual("f", plugin.Env["E"]);
        Assert.IsTrue(plugin.ProvideClusterInfo);
    }

    [TestMethod]
    [DataRow("", "", "", "there is no context 'x'")]
    [DataRow("contexts: [{name: x, context: {cluster: c}}]", "", "", "names cluster 'c', which")]
    [DataRow("contexts: [{name: x, context: {user: u}}]", "", "", "names no cluster")]
    [DataRow("clusters: [{name: c, cluster: {server: \"https://x\"}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]", "", "", "names user 'u', which")]
    [DataRow(null, "server: nonsense", "", "server 'nonsense' is not an http or https URL")]
    [DataRow(null, "server: 'https://me:s3cret@[bad'", "", "server is not an http or https URL")]
    [DataRow(null, "tls-server-name: \"a\\nb\"", "", "tls-server-name is not a host name")]
    [DataRow(null, "", "token: \"two\\nlines\"", "token holds a line break")]
    [DataRow(null, "", "token: \"s3cret é\"", "token holds a line break, a space or another character")]
    [DataRow(null, "", "token: t, as: \"a\\nb\"", "as holds a line break")]
    [DataRow(null, "", "token: t, as: a, as-groups: [\"a\\r\"]", "as-groups holds a line break")]
    [DataRow(null, "certificate-authority: nowhere.crt", "", "nowhere.crt cannot be read")]
    [DataRow(null, "certificate-authority-data: '%%%'", "", "certificate-authority-data is not base64")]
    [DataRow(null, "certificate-authority-data: aGVsbG8=", "", "holds no PEM certificate")]
    [DataRow(null, "insecure-skip-tls-verify: maybe", "", "must be true or false")]
    [DataRow(null, "proxy-url: 'ftp://x'", "", "proxy-url must be")]
    [DataRow(null, "", "client-certificate-data: aGVsbG8=", "no client-key")]
    [DataRow(null, "", "client-certificate-data: aGVsbG8=, client-key-data: aGVsbG8=", "cannot be used")]
    [DataRow(null, "", "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}", "exec apiVersion")]
    [DataRow(null, "", "exec: {apiVersion: client.authentication.k8s.io/v1}", "exec has no command")]
    [DataRow(null, "", "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}", "no terminal")]
    [DataRow(null, "", "as: a, as-user-extra: {x: [y]}", "as-user-extra is not supported")]
    [DataRow(null, "", "auth-provider: {name: gcp}", "use an exec plugin")]
    [DataRow("clusters: [{name: c}, {name: c}]", "", "", "defines 'c' twice")]
    [DataRow("kind: Deployment", "", "", "kind is Deployment, not Config")]
    [DataRow("- a", "", "", "not a kubeconfig")]
    [DataRow("contexts: {", "", "", "not a kubeconfig")]
    [DataRow("contexts: {a: b}", "", "", "must be a list")]
    [DataRow("contexts: [{context: {}}]", "", "", "has no name")]
    public void SayWhatIsWrongAndInWhichFile(string? whole, string cluster, string user, string expected)
    {
        var path = Write("config", whole ?? Config(cluster, user));

        var failure = Assert.ThrowsExactly<KubeConfigException>(() => KubeConfig.Load(path).Connect("x"));

        StringAssert.Contains(failure.Message, expected);
        StringAssert.Contains(failure.Message, path);
        Assert.DoesNotContain("s3cret", failure.Message);
    }

    /// <summary>As kubectl takes it; and the address is then one that may be printed.</summary>
    [TestMethod]
    public void TakeUserAndPasswordOutOfTheServersUrl()
    {
        var bare = KubeConfig.Load(Write("bare", Config("server: 'https://me:s3%40cret@host:6443/x'", ""))).Connect("x");
        var other = KubeConfig.Load(Write("other", Config("server: 'https://me:s3cret@host:6443/x'", "token: t"))).Connect("x");

        Assert.AreEqual(new ClusterIdentity.Basic("me", "s3@cret"), bare.Identity);
        Assert.AreEqual("t", (other.Identity as ClusterIdentity.Token)?.Value);
        Assert.AreEqual("https://host:6443/x", bare.Server.ToString());
        Assert.AreEqual("https://host:6443/x", other.Server.ToString());
    }

    [TestMethod]
    public void AreEmptyWhereNoFileIs()
    {
        var config = KubeConfig.Load(Path.Combine(folder, "none"));

        Assert.IsEmpty(config.Contexts);
        StringAssert.Contains(Assert.ThrowsExactly<KubeConfigException>(() => config.Connect(null)).Message, Path.Combine(folder, "none"));
    }

    [TestMethod]
    public void KeepSecretsOutOfTheirText()
    {
        var (certificate, key) = TestCertificates.ClientPair("me", "rsa");
        ClusterIdentity[] identities = [new ClusterIdentity.Token("s3cret"), new ClusterIdentity.Basic("u", "s3cret"),
            new ClusterIdentity.Exec(new("v", "c", ["s3cret"], new Dictionary<string, string> { ["K"] = "s3cret" }, null, false)),
            new ClusterIdentity.ClientCertificate(certificate, key, new ClusterIdentity.Token("s3cret"))];

        foreach (var identity in identities)
            Assert.IsFalse(new ClusterConnection { Name = "x", Server = new("https://x"), Identity = identity }.ToString().Contains("s3cret", StringComparison.Ordinal), identity.ToString());
    }

    [TestMethod]
    public void AreReplacedByThePodsOwnAccountInACluster()
    {
        File.WriteAllText(Path.Combine(folder, "token"), "t");
        File.WriteAllText(Path.Combine(folder, "namespace"), "builds\n");
        File.WriteAllBytes(Path.Combine(folder, "ca.crt"), TestCertificates.Authority("ca"));

        var connection = InClusterConfig.Read(folder, "fd00::1", "6443");

        Assert.AreEqual("https://[fd00::1]:6443/", connection?.Server.AbsoluteUri);
        Assert.AreEqual("builds", connection?.Namespace);
        Assert.AreEqual(new ClusterIdentity.TokenFile(Path.Combine(folder, "token")), connection?.Identity);
        Assert.IsNull(InClusterConfig.Read(folder, null, null));
        Assert.IsNull(InClusterConfig.Read(Path.Combine(folder, "none"), "10.0.0.1", "443"));
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    // A server that the case sets itself replaces the default.
    private static string Config(string cluster, string user)
    {
        var server = cluster.StartsWith("server:", StringComparison.Ordinal) ? "" : "server: 'https://localhost:6443', ";
        return "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
            + "clusters: [{name: c, cluster: {" + server + cluster + "}}]\nusers: [{name: u, user: {" + user + "}}]\n";
    }
}
