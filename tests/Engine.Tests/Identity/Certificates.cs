using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Kontrakt.Engine.Identity;

namespace Engine.Tests.Identity;

/// <summary>A client that trusts the engine's authority, and nothing else, speaks to the API by each of its names, and to no other.</summary>
[TestClass]
public sealed class Certificates : IDisposable
{
    private readonly CertificateAuthority authority = new(TimeProvider.System);

    [TestMethod]
    [DataRow("127.0.0.1")]
    [DataRow("::1")]
    [DataRow("localhost")]
    [DataRow("10.96.0.1")]
    [DataRow("kubernetes")]
    [DataRow("kubernetes.default")]
    [DataRow("kubernetes.default.svc")]
    [DataRow("kubernetes.default.svc.cluster.local")]
    public async Task ItsNames(string name) => Assert.AreEqual(SslPolicyErrors.None, await ConnectAsync(name, authority.Pem));

    [TestMethod]
    public async Task NoOtherName() => Assert.AreEqual(SslPolicyErrors.RemoteCertificateNameMismatch, await ConnectAsync("example.com", authority.Pem));

    [TestMethod]
    public async Task NoOtherEngine()
    {
        using var other = new CertificateAuthority(TimeProvider.System);

        Assert.AreEqual(SslPolicyErrors.RemoteCertificateChainErrors, await ConnectAsync("localhost", other.Pem));
    }

    [TestMethod]
    public void NoKeyIsInWhatClientsGet() => Assert.IsFalse(authority.Pem.Contains("PRIVATE", StringComparison.Ordinal));

    public void Dispose() => authority.Dispose();

    /// <summary>A real TLS handshake; what the client has against the server.</summary>
    private async Task<SslPolicyErrors> ConnectAsync(string name, string trusted)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var accepted = await listener.AcceptTcpClientAsync();
        using var certificate = authority.IssueServerCertificate();
        await using var server = new SslStream(accepted.GetStream());
        await using var secured = new SslStream(client.GetStream());
        var errors = SslPolicyErrors.None;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = name,
            CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { X509Certificate2.CreateFromPem(trusted) } },
            RemoteCertificateValidationCallback = (_, _, _, found) =>
            {
                errors = found;
                return found == SslPolicyErrors.None;
            },
        };
        var serving = server.AuthenticateAsServerAsync(certificate);
        try
        {
            await secured.AuthenticateAsClientAsync(options);
            await serving;
        }
        catch (AuthenticationException) when (errors != SslPolicyErrors.None)
        {
            // What the client found is the answer; what the server makes of it does not matter.
            accepted.Close();
            await serving.ContinueWith(_ => { }, TaskScheduler.Default);
        }
        return errors;
    }
}
