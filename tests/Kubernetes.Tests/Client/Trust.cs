using System.Security.Cryptography.X509Certificates;
using System.Text;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;

namespace Kubernetes.Tests.Client;

[TestClass]
public sealed class Trust
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task IsGivenToTheKubeconfigsAuthority()
    {
        using var certificate = TestCertificates.SelfSigned("localhost");
        await using var server = await ServeAsync(certificate);

        await AskAsync(Strict(server) with { CertificateAuthority = Pem(certificate) });
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task FollowsTheTlsServerName()
    {
        using var certificate = TestCertificates.SelfSigned("api.example.org");
        await using var server = await ServeAsync(certificate);

        await AskAsync(Strict(server) with { CertificateAuthority = Pem(certificate), TlsServerName = "api.example.org" });
        var failure = await RefusalAsync(Strict(server) with { CertificateAuthority = Pem(certificate) });

        StringAssert.Contains(failure.Message, "is not for localhost");
        StringAssert.Contains(failure.Message, "tls-server-name");
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task IsNotGivenToAnotherAuthority()
    {
        using var certificate = TestCertificates.SelfSigned("localhost");
        await using var server = await ServeAsync(certificate);

        var failure = await RefusalAsync(Strict(server) with { CertificateAuthority = TestCertificates.Authority("localhost") });
        var unknown = await RefusalAsync(Strict(server));

        StringAssert.Contains(failure.Message, "another authority");
        StringAssert.Contains(unknown.Message, "no authority that this machine trusts");
        Assert.IsEmpty(server.Requests);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task IsNotGivenToAnExpiredCertificate()
    {
        using var certificate = TestCertificates.SelfSigned("localhost", DateTimeOffset.UtcNow.AddDays(-1));
        await using var server = await ServeAsync(certificate);

        var failure = await RefusalAsync(Strict(server) with { CertificateAuthority = Pem(certificate) });

        StringAssert.Contains(failure.Message, "valid from");
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task IsGivenToAnyoneWhereThatIsAskedFor()
    {
        using var certificate = TestCertificates.SelfSigned("elsewhere");
        await using var server = await ServeAsync(certificate);

        await AskAsync(server.Connection());
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow("ecdsa")]
    [DataRow("ecdsa pkcs8")]
    [DataRow("rsa")]
    [DataRow("rsa pkcs8")]
    public async Task IsAskedForByAClientCertificateOfItsOwnConnection(string kind)
    {
        using var certificate = TestCertificates.SelfSigned("localhost");
        await using var server = await ServeAsync(certificate);
        var (pem, key) = TestCertificates.ClientPair("someone", kind);
        var connection = Strict(server) with { CertificateAuthority = Pem(certificate), Identity = new ClusterIdentity.ClientCertificate(pem, key) };
        using var client = new ClusterClient(connection);
        using var account = client.As(new ClusterIdentity.Token("t"));

        var names = new[] { await NameAsync(client), await NameAsync(account), await NameAsync(client) };

        CollectionAssert.AreEqual(new[] { "CN=someone", "nobody", "CN=someone" }, names);
    }

    private static ClusterConnection Strict(ScriptedServer server) => server.Connection() with { InsecureSkipTlsVerify = false };

    private static Task<ScriptedServer> ServeAsync(X509Certificate2 certificate) => ScriptedServer.StartAsync((context, _) =>
        context.JsonAsync(Answers.Pod(context.Connection.ClientCertificate?.Subject ?? "nobody", 1)), certificate);

    private async Task<string?> NameAsync(ClusterClient client) => (await client.FindAsync(new(ApiResource.Pods, "n", "p"), Token))?.Name;

    private async Task AskAsync(ClusterConnection connection)
    {
        using var client = new ClusterClient(connection);
        Assert.IsNotNull(await NameAsync(client));
    }

    private async Task<KubernetesException> RefusalAsync(ClusterConnection connection)
    {
        using var client = new ClusterClient(connection);
        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => NameAsync(client));
        Assert.IsTrue(failure.IsTrustFailure, failure.ToString());
        return failure;
    }

    private static byte[] Pem(X509Certificate2 certificate) => Encoding.UTF8.GetBytes(certificate.ExportCertificatePem());
}
