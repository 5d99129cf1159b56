using System.Net;
using System.Net.Sockets;
using System.Text;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kubernetes.Tests.Client;

[TestClass]
public sealed class Proxies
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow("http")]
    [DataRow("socks5")]
    public async Task CarryTheRequestsOfTheCluster(string scheme)
    {
        using var certificate = TestCertificates.SelfSigned("localhost");
        await using var server = await ScriptedServer.StartAsync((context, _) => context.JsonAsync(Answers.Pod("p", 1)), certificate);
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var serving = scheme == "http" ? ServeConnectAsync(proxy, server.Address) : ServeSocksAsync(proxy, server.Address);
        using var client = new ClusterClient(server.Connection() with
        {
            Server = new($"https://api.nowhere.invalid:6443"),
            Proxy = new($"{scheme}://localhost:{((IPEndPoint)proxy.LocalEndpoint).Port}"),
        });

        var found = await client.FindAsync(new(ApiResource.Pods, "n", "p"), Token);

        Assert.AreEqual("p", found?.Name);
        StringAssert.Contains(await serving, "api.nowhere.invalid");
    }

    [TestMethod]
    [DataRow("https://api.example.org:6443", "HTTPS_PROXY=http://p:1", "http://p:1/")]
    [DataRow("https://api.example.org:6443", "HTTPS_PROXY=http://me:s3cret@p:1", "http://p:1/")]
    [DataRow("https://api.example.org:6443", "https_proxy=p:1", "http://p:1/")]
    [DataRow("http://api.example.org", "HTTPS_PROXY=http://p:1", null)]
    [DataRow("https://127.0.0.1:6443", "HTTPS_PROXY=http://p:1", null)]
    [DataRow("https://localhost:6443", "HTTPS_PROXY=http://p:1", null)]
    [DataRow("https://10.1.2.3", "HTTPS_PROXY=http://p:1;NO_PROXY=a, 10.0.0.0/8", null)]
    [DataRow("https://11.1.2.3", "HTTPS_PROXY=http://p:1;NO_PROXY=10.0.0.0/8", "http://p:1/")]
    [DataRow("https://api.example.org", "HTTPS_PROXY=http://p:1;NO_PROXY=.example.org", null)]
    [DataRow("https://api.example.org", "HTTPS_PROXY=http://p:1;no_proxy=example.org", null)]
    [DataRow("https://anexample.org", "HTTPS_PROXY=http://p:1;NO_PROXY=example.org", "http://p:1/")]
    [DataRow("https://x", "HTTPS_PROXY=http://p:1;NO_PROXY=*", null)]
    public void ComeFromTheEnvironment(string target, string environment, string? expected)
    {
        var variables = environment.Split(';').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

        var proxy = new EnvironmentProxy(name => variables.GetValueOrDefault(name)).GetProxy(new(target));

        Assert.AreEqual(expected, proxy?.AbsoluteUri);
    }

    [TestMethod]
    public void KeepTheirPasswordsFromTheirAddresses()
    {
        var proxy = new EnvironmentProxy(name => name == "HTTPS_PROXY" ? "http://me:s3%40cret@p:1" : null);

        Assert.AreEqual("s3@cret", proxy.Credentials?.GetCredential(proxy.GetProxy(new("https://api.example.org")) ?? new("http://none"), "Basic")?.Password);
        Assert.IsNull(proxy.GetCredential(new("http://another:1"), "Basic"));
    }

    /// <summary>One tunnel by CONNECT (RFC 9110, 9.3.6); gives the request line.</summary>
    private async Task<string> ServeConnectAsync(TcpListener proxy, Uri target)
    {
        var near = await proxy.AcceptTcpClientAsync(Token);
        var stream = near.GetStream();
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, Token) == 1)
            head.Append((char)one[0]);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), Token);
        await PassAsync(near, target);
        return head.ToString();
    }

    /// <summary>One tunnel by SOCKS 5 without authentication (RFC 1928); gives the name asked for.</summary>
    private async Task<string> ServeSocksAsync(TcpListener proxy, Uri target)
    {
        var near = await proxy.AcceptTcpClientAsync(Token);
        var stream = near.GetStream();
        var buffer = new byte[260];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 2), Token);
        await stream.ReadExactlyAsync(buffer.AsMemory(0, buffer[1]), Token);
        await stream.WriteAsync(new byte[] { 5, 0 }, Token);
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 5), Token);
        var length = buffer[4];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, length + 2), Token);
        var name = Encoding.ASCII.GetString(buffer, 0, length);
        await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, Token);
        await PassAsync(near, target);
        return name;
    }

    private async Task PassAsync(TcpClient near, Uri target)
    {
        var far = new TcpClient();
        await far.ConnectAsync(target.Host, target.Port, Token);
        _ = near.GetStream().CopyToAsync(far.GetStream(), Token);
        _ = far.GetStream().CopyToAsync(near.GetStream(), Token);
    }
}
