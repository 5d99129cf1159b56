using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;
using Microsoft.AspNetCore.Http;
using static Kontrakt.Oci.Tests.Infra.Registries;

namespace Kontrakt.Oci.Tests;

/// <summary>A registry is believed only as far as it can be checked, and errors say what it did.</summary>
[TestClass]
public sealed class Answers
{
    private static Task<FakeRegistry> AnsweringAsync(Func<HttpContext, Task> answer) => FakeRegistry.StartAsync(async (context, _) =>
    {
        await answer(context);
        return true;
    });

    private static async Task<RegistryException> FailsAsync(Func<RegistryClient, Task> use, RegistryOptions? options = null)
    {
        using var client = Client((options ?? new()) with { Time = new FakeTime() });
        return await Assert.ThrowsExactlyAsync<RegistryException>(() => use(client));
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener.LocalEndpoint.ToString()!;
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfAManifestWithAnotherDigestAreRefused()
    {
        var manifest = new ImageManifest { Config = Blob([1]), Layers = [] }.ToContent();
        await using var registry = await AnsweringAsync(async context =>
        {
            context.Response.ContentType = manifest.MediaType;
            await context.Response.Body.WriteAsync(manifest.Bytes);
        });

        var error = await FailsAsync(client => client.GetManifestAsync(registry.Image("a").WithDigest(Digest.Sha256([9])), CancellationToken.None));

        Assert.AreEqual(RegistryFault.Corrupt, error.Fault);
        StringAssert.Contains(error.Message, manifest.Digest.ToString());
    }

    [TestMethod, Timeout(120_000)]
    public async Task ThatContradictTheirOwnDigestHeaderAreRefused()
    {
        var manifest = new ImageManifest { Config = Blob([1]), Layers = [] }.ToContent();
        await using var registry = await AnsweringAsync(async context =>
        {
            context.Response.ContentType = manifest.MediaType;
            context.Response.Headers["Docker-Content-Digest"] = Digest.Sha256([9]).ToString();
            if (context.Request.Method == "GET")
                await context.Response.Body.WriteAsync(manifest.Bytes);
        });

        var error = await FailsAsync(client => client.GetManifestAsync(registry.Image("a:1"), CancellationToken.None));

        Assert.AreEqual(RegistryFault.Corrupt, error.Fault);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(0)]
    [DataRow(99)]
    public async Task WithWrongBlobBytesAreRefused(int wrongAt)
    {
        var bytes = Noise(100);
        var lie = bytes.ToArray();
        lie[wrongAt] ^= 1;
        await using var registry = await AnsweringAsync(context => context.Response.Body.WriteAsync(lie).AsTask());

        var error = await FailsAsync(client => client.ReadAsync(registry.Image("a"), Blob(bytes)));

        Assert.AreEqual(RegistryFault.Corrupt, error.Fault);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(99)]
    [DataRow(101)]
    public async Task WithTooManyOrTooFewBytesAreRefused(int length)
    {
        var bytes = Noise(100);
        await using var registry = await AnsweringAsync(async context =>
        {
            context.Response.ContentLength = length;
            await context.Response.Body.WriteAsync(new byte[length]);
        });

        var error = await FailsAsync(client => client.ReadAsync(registry.Image("a"), Blob(bytes)));

        Assert.AreEqual(RegistryFault.Corrupt, error.Fault);
        StringAssert.Contains(error.Message, $"{length} bytes");
    }

    [TestMethod, Timeout(120_000)]
    public async Task WithoutEndAreRefused()
    {
        await using var registry = await AnsweringAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(new byte[100_000]);
        });

        var blob = await FailsAsync(client => client.ReadAsync(registry.Image("a"), Blob(Noise(100))));
        var manifest = await FailsAsync(client => client.GetManifestAsync(registry.Image("a:1"), CancellationToken.None));

        Assert.AreEqual(RegistryFault.Corrupt, blob.Fault);
        Assert.AreEqual(RegistryFault.Corrupt, manifest.Fault);
    }

    [TestMethod, Timeout(120_000)]
    public async Task InHtmlAreNoRegistrys()
    {
        await using var registry = await AnsweringAsync(async context =>
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<html>Welcome to nginx!</html>");
        });

        var get = await FailsAsync(client => client.GetManifestAsync(registry.Image("a:1"), CancellationToken.None));
        var ping = await FailsAsync(client => client.PingAsync(registry.Host, CancellationToken.None));
        var resolve = await FailsAsync(client => client.ResolveAsync(registry.Image("a:1"), CancellationToken.None));

        Assert.IsTrue(new[] { get, ping, resolve }.All(error => error.Fault == RegistryFault.Corrupt));
        StringAssert.Contains(ping.Message, "HTML");
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("nonsense")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("{\"schemaVersion\":1,\"mediaType\":\"application/vnd.docker.distribution.manifest.v1+prettyjws\"}")]
    public async Task ThatAreNoManifestAreRefused(string body)
    {
        await using var registry = await AnsweringAsync(context => context.Response.WriteAsync(body));

        var error = await FailsAsync(client => client.GetManifestAsync(registry.Image("a:1"), CancellationToken.None));

        Assert.AreEqual(RegistryFault.Corrupt, error.Fault);
        StringAssert.Contains(error.Message, "manifest");
    }

    [TestMethod, Timeout(120_000)]
    public async Task WithoutMediaTypeAreRecognised()
    {
        var manifest = Encoding.UTF8.GetBytes("{\"schemaVersion\":2,\"config\":{},\"layers\":[]}");
        await using var registry = await AnsweringAsync(context => context.Response.Body.WriteAsync(manifest).AsTask());
        using var client = Client();

        var resolved = await client.ResolveAsync(registry.Image("a:1"), CancellationToken.None);

        Assert.AreEqual(new Descriptor(MediaTypes.OciManifest, Digest.Sha256(manifest), manifest.Length), resolved);
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfRefusalCarryTheRegistrysWords()
    {
        await using var registry = await AnsweringAsync(context => FakeRegistry.RefuseAsync(context, 403, "DENIED", "quota\nexceeded"));

        var error = await FailsAsync(client => client.PushAsync(registry.Image("team/app"), [1]));
        var get = await FailsAsync(client => client.GetManifestAsync(registry.Image("team/app:1"), CancellationToken.None));

        Assert.AreEqual((RegistryFault.Denied, HttpStatusCode.Forbidden), (error.Fault, error.Status));
        StringAssert.Contains(error.Message, "DENIED: quota exceeded");
        StringAssert.Contains(get.Message, "DENIED: quota exceeded");
        StringAssert.Contains(get.Message, "docker login");
    }

    [TestMethod, Timeout(120_000)]
    public async Task ThatStoreAnotherManifestAreRefused()
    {
        await using var registry = await AnsweringAsync(context =>
        {
            context.Response.StatusCode = 201;
            context.Response.Headers["Docker-Content-Digest"] = Digest.Sha256([9]).ToString();
            return Task.CompletedTask;
        });

        var error = await FailsAsync(client => client.PutManifestAsync(registry.Image("a:1"), new ImageManifest { Config = Blob([1]), Layers = [] }.ToContent(), CancellationToken.None));

        Assert.AreEqual(RegistryFault.Corrupt, error.Fault);
    }

    [TestMethod, Timeout(120_000)]
    public async Task FromNowhereSayWhoDoesNotAnswer()
    {
        var host = FreePort();

        var down = await FailsAsync(client => client.PingAsync(host, CancellationToken.None));
        var unknown = await FailsAsync(client => client.PingAsync("no-such-host.invalid", CancellationToken.None));

        Assert.AreEqual((RegistryFault.Unreachable, RegistryFault.Unreachable), (down.Fault, unknown.Fault));
        StringAssert.Contains(down.Message, $"{host} refuses connections");
        StringAssert.Contains(unknown.Message, "no-such-host.invalid");
    }

    [TestMethod, Timeout(120_000)]
    public async Task OverTlsAreTakenFromLoopbackWhateverTheCertificate()
    {
        using var certificate = SelfSigned();
        await using var registry = await FakeRegistry.StartAsync(certificate: certificate);
        using var client = Client();

        await client.PushAsync(registry.Image("a"), [1]);

        Assert.HasCount(1, registry.Blobs);
    }

    [TestMethod, Timeout(120_000)]
    public async Task OverPlainHttpAreAskedForTlsOnce()
    {
        await using var registry = await FakeRegistry.StartAsync();
        using var client = Client();

        for (var i = 0; i < 5; i++)
            await client.ResolveAsync(registry.Image("a:1"), CancellationToken.None);

        Assert.AreEqual(1, registry.Count("GET", "/v2/"), "GET /v2/ finds the scheme");
        Assert.AreEqual(5, registry.Count("HEAD", "/manifests/"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task AreNeverAskedForWithoutTlsElsewhere()
    {
        // A name that is neither loopback's nor listed, wherever it leads: HTTPS fails, and plain HTTP is not tried.
        if (!(await NamedAddressesAsync()).Contains(IPAddress.Loopback))
            Assert.Inconclusive("skipped: this machine's name does not lead to 127.0.0.1");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var host = $"{Dns.GetHostName()}:{((IPEndPoint)listener.LocalEndpoint).Port}";
        var first = Task.Run(async () =>
        {
            using var connection = await listener.AcceptTcpClientAsync();
            return connection.GetStream().ReadByte();
        });

        var error = await FailsAsync(client => client.PingAsync(host, CancellationToken.None), new() { RetryBudget = TimeSpan.Zero });

        Assert.AreEqual(RegistryFault.Unreachable, error.Fault);
        Assert.AreEqual(0x16, await first, "a TLS handshake begins with 22");
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(true)]
    [DataRow(false)]
    public async Task OfAHostListedAsInsecureAreTaken(bool tls)
    {
        if (!(await NamedAddressesAsync()).Contains(IPAddress.Loopback))
            Assert.Inconclusive("skipped: this machine's name does not lead to 127.0.0.1");
        using var certificate = SelfSigned();
        await using var registry = await FakeRegistry.StartAsync(certificate: tls ? certificate : null);
        var host = $"{Dns.GetHostName().ToLowerInvariant()}:{registry.Host.Split(':')[1]}";
        using var client = Client(new() { InsecureHosts = [host] });

        await client.PushAsync(ImageReference.Parse($"{host}/a"), [1]);

        Assert.HasCount(1, registry.Blobs);
        await FailsAsync(strict => strict.PingAsync(host, CancellationToken.None), new() { RetryBudget = TimeSpan.Zero });
    }

    private static async Task<IPAddress[]> NamedAddressesAsync()
    {
        try
        {
            return await Dns.GetHostAddressesAsync(Dns.GetHostName());
        }
        catch (SocketException)
        {
            return [];
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=elsewhere", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
