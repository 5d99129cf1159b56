using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;

namespace Tool.Tests.Engines;

/// <summary>Clients that go away in the middle of a request: a line in the log at most, and no stack, which only a defect has.</summary>
[TestClass, OSCondition(OperatingSystems.Linux), SupportedOSPlatform("linux")]
public sealed class Resets
{
    private const string Cut = "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AreALineInTheLogWithoutAStack()
    {
        await using var engine = new TestEngine(Token);
        var handshake = await engine.StartAsync();
        var token = JsonNode.Parse(File.ReadAllText(engine.Folder.Handshake))?["users"]?[0]?["user"]?["token"]?.ToString();

        foreach (var (number, request) in new[] { "PUT /v2/app/manifests/1", $"POST /v2/app/blobs/uploads/?digest=sha256:{new string('0', 64)}" }.Index())
        {
            await ResetAsync(int.Parse(handshake.Registry.Split(':')[1], null), tls: false, $"{request} HTTP/1.1\r\nHost: localhost\r\n{Cut}");
            foreach (var verb in (string[])["POST", "PUT", "PATCH", "DELETE"])
            {
                var path = $"/api/v1/namespaces/default/configmaps{(verb == "POST" ? "" : "/a")}";
                await ResetAsync(handshake.Connection.Server.Port, tls: true, $"{verb} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{Cut.Replace("json", verb == "PATCH" ? "merge-patch+json" : "json", StringComparison.Ordinal)}");
            }
            // Whatever is said of those before has been said when the last one is.
            while (engine.Log.Split("DELETE /api/v1/namespaces/default/configmaps/a: the client closed the connection").Length - 1 <= number)
                await Task.Delay(TimeSpan.FromMilliseconds(20), Token);
        }

        Assert.DoesNotContain("   at ", engine.Log);
        Assert.DoesNotContain(" Error ", engine.Log);
    }

    /// <summary>Closes with a RST, after the server has begun to read the request's body.</summary>
    private async Task ResetAsync(int port, bool tls, string request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", port, Token);
        Stream stream = new NetworkStream(socket, ownsSocket: false);
        if (tls)
        {
#pragma warning disable CA5359 // The test's own engine.
            var secured = new SslStream(stream, leaveInnerStreamOpen: true, (_, _, _, _) => true);
#pragma warning restore CA5359
            await secured.AuthenticateAsClientAsync("localhost");
            stream = secured;
        }
        // The server asks for the body when it wants it.
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.Replace("\r\n\r\n{", "\r\nExpect: 100-continue\r\n\r\n", StringComparison.Ordinal)), Token);
        var answer = new byte[12];
        await stream.ReadExactlyAsync(answer, Token);
        Assert.AreEqual("HTTP/1.1 100", Encoding.ASCII.GetString(answer));
        await stream.WriteAsync("{"u8.ToArray(), Token);
        // Without a wait, closing is a reset; a stream that is disposed of first would say goodbye.
        socket.Close(0);
    }
}
