using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Kontrakt.Kubernetes.Client;

namespace Kubernetes.Tests.Client;

/// <summary>Ports of pods on this machine, against a server that does what one test says.</summary>
[TestClass]
public sealed class ForwardedPorts
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task CarryEachConnectionUntilThePodClosesIt()
    {
        await using var server = await ServeAsync(async socket =>
        {
            await socket.SendAsync(new byte[] { 0, 0x90 }, WebSocketMessageType.Binary, endOfMessage: false, Token);
            await socket.SendAsync(new byte[] { 0x1f }, WebSocketMessageType.Binary, endOfMessage: true, Token);
            await socket.SendAsync(new byte[] { 1, 0x90, 0x1f }, WebSocketMessageType.Binary, endOfMessage: true, Token);
            var question = await socket.HearAsync() ?? [];
            await socket.SayAsync(0, "you said " + Encoding.UTF8.GetString(question.AsSpan(1)));
        });
        using var client = server.Client();
        await using var port = await client.ForwardPortAsync(new("n", "p", 8080), Token);

        var answers = await Task.WhenAll(AskAsync(port, "one"), AskAsync(port, "two"));

        CollectionAssert.AreEqual(new[] { "you said one", "you said two" }, answers);
        CollectionAssert.AreEqual(new[] { "GET /api/v1/namespaces/n/pods/p", "GET /api/v1/namespaces/n/pods/p/portforward?ports=8080", "GET /api/v1/namespaces/n/pods/p/portforward?ports=8080" }, server.Requests.ToArray());
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task ResetAConnectionThatThePodRefuses()
    {
        var failures = new List<string>();
        await using var server = await ServeAsync(socket => socket.SayAsync(1, "\u0001\u0002connection refused"));
        using var client = server.Client();
        await using var port = await client.ForwardPortAsync(new("n", "p", 8080) { OnFailure = failure => failures.Add(failure.Message) }, Token);

        await Assert.ThrowsAsync<IOException>(() => AskAsync(port, "x"));

        Assert.AreEqual("port 8080 of n/p: connection refused", failures.Single());
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task ResetAConnectionThatTheServerLost()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
            {
                await context.JsonAsync(Answers.Pod("p", 1));
                return;
            }
            using var socket = await context.WebSockets.AcceptWebSocketAsync("v4.channel.k8s.io");
            await socket.SayAsync(0, "\u0001\u0002half of it");
            await socket.HearAsync();
            context.Abort();
        });
        using var client = server.Client();
        await using var port = await client.ForwardPortAsync(new("n", "p", 8080), Token);

        await Assert.ThrowsAsync<IOException>(() => AskAsync(port, "x"));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreNotForAPodThatDoesNotExist()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => context.StatusAsync(404, "NotFound", "pods \"p\" not found"));
        using var client = server.Client();

        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.ForwardPortAsync(new("n", "p", 8080), Token));

        Assert.IsTrue(failure.IsNotFound);
        StringAssert.Contains(failure.Message, "p");
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task SayThatTheLocalOneIsInUse()
    {
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var number = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        await using var server = await ServeAsync(_ => Task.CompletedTask);
        using var client = server.Client();

        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.ForwardPortAsync(new("n", "p", 8080) { LocalPort = number }, Token));

        StringAssert.Contains(failure.Message, $"port {number} of this machine");
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task EndTheirConnectionsWithThemselves()
    {
        await using var server = await ServeAsync(socket => socket.HearAsync());
        using var client = server.Client();
        var port = await client.ForwardPortAsync(new("n", "p", 8080), Token);
        using var open = new TcpClient();
        await open.ConnectAsync("127.0.0.1", port.LocalPort, Token);

        await port.DisposeAsync();

        await Assert.ThrowsAsync<IOException>(async () => await open.GetStream().ReadExactlyAsync(new byte[1], Token));
    }

    private async Task<string> AskAsync(PortForward port, string question)
    {
        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync("127.0.0.1", port.LocalPort, Token);
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            throw new IOException("reset before this side knew of the connection", reset);
        }
        await connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes(question), Token);
        using var reader = new StreamReader(connection.GetStream());
        return await reader.ReadToEndAsync(Token);
    }

    private static Task<ScriptedServer> ServeAsync(Func<WebSocket, Task> talk) => ScriptedServer.StartAsync(async (context, _) =>
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await context.JsonAsync(Answers.Pod("p", 1));
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync("v4.channel.k8s.io");
        await talk(socket);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", context.RequestAborted);
        await socket.HearAsync();
    });
}
