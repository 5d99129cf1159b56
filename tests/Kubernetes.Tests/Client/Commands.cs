using System.Net;
using System.Net.WebSockets;
using System.Text;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;

namespace Kubernetes.Tests.Client;

/// <summary>Commands in containers, against a server that does what one test says.</summary>
[TestClass]
public sealed class Commands
{
    private const string Success = """{"metadata":{},"status":"Success"}""";
    private static readonly ExecRequest Request = new("n", "p", "c", ["sh", "-c", "a b"]);

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task EndWithTheirExitCode()
    {
        await using var server = await ServeAsync(async socket =>
        {
            await socket.SayAsync(1, "out");
            await socket.SayAsync(2, "err");
            await socket.SayAsync(1, "put");
            await socket.SayAsync(3, """{"status":"Failure","reason":"NonZeroExitCode","message":"no","details":{"causes":[{"reason":"ExitCode","message":"7"}]}}""");
        });
        using var client = server.Client();
        using var output = new MemoryStream();
        using var error = new MemoryStream();

        var code = await client.ExecAsync(Request with { Output = output, Error = error }, Token);

        Assert.AreEqual(7, code);
        Assert.AreEqual("output", Encoding.UTF8.GetString(output.ToArray()));
        Assert.AreEqual("err", Encoding.UTF8.GetString(error.ToArray()));
        Assert.AreEqual("GET /api/v1/namespaces/n/pods/p/exec?command=sh&command=-c&command=a b&container=c&stderr=1&stdin=0&stdout=1&tty=0", server.Requests.Single());
    }

    /// <summary>TCP may split a message anywhere, also behind the byte that names its stream.</summary>
    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task LoseNothingOfMessagesInParts()
    {
        await using var server = await ServeAsync(async socket =>
        {
            await socket.SendAsync(new byte[] { 1 }, WebSocketMessageType.Binary, endOfMessage: false, Token);
            await socket.SendAsync("hel"u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: false, Token);
            await socket.SendAsync("lo"u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: true, Token);
            await socket.SayAsync(1, new string('x', 100_000));
            await socket.SayAsync(3, Success);
        });
        using var client = server.Client();
        using var output = new MemoryStream();

        Assert.AreEqual(0, await client.ExecAsync(Request with { Output = output }, Token));
        Assert.AreEqual("hello" + new string('x', 100_000), Encoding.UTF8.GetString(output.ToArray()));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task GetTheirInputAndItsEnd()
    {
        var heard = new List<string>();
        await using var server = await ServeAsync(async socket =>
        {
            while (await socket.HearAsync() is { } message)
            {
                heard.Add(Convert.ToHexString(message));
                if (message[0] == 255)
                    break;
            }
            await socket.SayAsync(3, Success);
        }, "v5.channel.k8s.io");
        using var client = server.Client();

        await client.ExecAsync(Request with { Input = new MemoryStream("hi"u8.ToArray()) }, Token);

        Assert.AreEqual("006869 FF00", string.Join(" ", heard));
        StringAssert.Contains(server.Requests.Single(), "stdin=1");
    }

    /// <summary>A terminal has no end, also where the protocol has one.</summary>
    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow("v4.channel.k8s.io")]
    [DataRow("v5.channel.k8s.io")]
    public async Task WithATerminalGetItsSizeAndControlD(string protocol)
    {
        var heard = new List<string>();
        await using var server = await ServeAsync(async socket =>
        {
            while (heard.Count < 3 && await socket.HearAsync() is { } message)
                heard.Add($"{message[0]} {Encoding.UTF8.GetString(message.AsSpan(1))}");
            await socket.SayAsync(3, Success);
        }, protocol);
        using var client = server.Client();

        await client.ExecAsync(Request with { Input = new MemoryStream("hi"u8.ToArray()), Terminal = true, Sizes = OneSize() }, Token);

        CollectionAssert.AreEquivalent(new[] { "0 hi", "0 \u0004", """4 {"Width":80,"Height":24}""" }, heard);
        StringAssert.Contains(server.Requests.Single(), "stderr=0");
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreNotStartedWithInputWhoseEndTheServerCouldNotLearn()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            if (context.WebSockets.WebSocketRequestedProtocols.Contains("v4.channel.k8s.io"))
                Assert.Fail("it would be started");
            context.Response.StatusCode = 403; // As golang.org/x/net/websocket refuses a handshake.
            await context.Response.CompleteAsync();
        });
        using var client = server.Client();

        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.ExecAsync(Request with { Input = new MemoryStream("hi"u8.ToArray()) }, Token));

        StringAssert.Contains(failure.Message, "1.30");
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task AreNotDoneWhenTheConnectionEndsBeforeThem(bool orderly)
    {
        using var output = new Heard();
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync("v4.channel.k8s.io");
            await socket.SayAsync(1, "so far");
            await output.Something;
            if (orderly)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Token);
            else
                context.Abort();
        });
        using var client = server.Client();

        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.ExecAsync(Request with { Output = output }, Token));

        StringAssert.Contains(failure.Message, orderly ? "closed before the command ended" : "the connection was lost");
        Assert.DoesNotContain("a b", failure.Message);
        Assert.IsTrue(failure.IsConnectionFailure);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreRefusedInTheWordsOfTheServer()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => context.StatusAsync(403, "Forbidden", "you may not create pods/exec"));
        using var client = server.Client();

        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.ExecAsync(Request, Token));

        Assert.AreEqual("you may not create pods/exec", failure.Message);
        Assert.AreEqual(HttpStatusCode.Forbidden, failure.Code);
        Assert.HasCount(1, server.Requests);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreRunAsTheClientsIdentityOnceItsTokenIsRenewed()
    {
        var shown = new List<string>();
        using var certificate = TestCertificates.SelfSigned("api.example.org");
        await using var server = await ScriptedServer.StartAsync(async (context, count) =>
        {
            shown.Add($"{context.Request.Headers.Authorization} {context.Request.Host} {context.Request.Headers["Impersonate-User"]} {context.Request.Headers["Impersonate-Group"]}");
            if (count == 1)
            {
                await context.StatusAsync(401, "Unauthorized");
                return;
            }
            using var socket = await context.WebSockets.AcceptWebSocketAsync("v4.channel.k8s.io");
            await socket.SayAsync(3, Success);
        }, certificate);
        var connection = server.Connection(new ClusterIdentity.Token("old") { Renew = _ => Task.FromResult("new") }) with
        {
            InsecureSkipTlsVerify = false,
            CertificateAuthority = Encoding.UTF8.GetBytes(certificate.ExportCertificatePem()),
            TlsServerName = "api.example.org",
            ImpersonateUser = "boss",
            ImpersonateGroups = ["a"],
        };
        using var client = new ClusterClient(connection);

        Assert.AreEqual(0, await client.ExecAsync(Request, Token));

        Assert.AreEqual("Bearer old api.example.org boss a, Bearer new api.example.org boss a", string.Join(", ", shown));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task StopWithoutWaitingForAConsoleThatNobodyTypesOn()
    {
        await using var server = await ServeAsync(socket => socket.SayAsync(3, Success), "v5.channel.k8s.io");
        using var client = server.Client();

        Assert.AreEqual(0, await client.ExecAsync(Request with { Input = new SilentStream() }, Token));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task StopWithoutWaitingForASizeThatNeverComes()
    {
        await using var server = await ServeAsync(socket => socket.SayAsync(3, Success), "v5.channel.k8s.io");
        using var client = server.Client();

        Assert.AreEqual(0, await client.ExecAsync(Request with { Terminal = true, Sizes = NoSize() }, Token));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task EndWithTheFailureOfTheirInputWhileSizesMayStillCome()
    {
        await using var server = await ServeAsync(socket => socket.HearAsync(), "v5.channel.k8s.io");
        using var client = server.Client();

        await Assert.ThrowsExactlyAsync<IOException>(() => client.ExecAsync(Request with { Input = new BrokenStream(), Terminal = true, Sizes = NoSize() }, Token));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow("command terminated")]
    [DataRow("""{"status":1}""")]
    [DataRow("[]")]
    public async Task AreFailuresWhereTheirOutcomeCannotBeRead(string outcome)
    {
        await using var server = await ServeAsync(socket => socket.SayAsync(3, outcome));
        using var client = server.Client();

        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.ExecAsync(Request, Token));

        StringAssert.Contains(failure.Message, "not a Status");
    }

    /// <summary>An iterator that does not know of a token.</summary>
    private static async IAsyncEnumerable<TerminalSize> NoSize()
    {
        await new TaskCompletionSource().Task;
        yield break;
    }

    private static async IAsyncEnumerable<TerminalSize> OneSize()
    {
        await Task.Yield();
        yield return new(80, 24);
    }

    private static Task<ScriptedServer> ServeAsync(Func<WebSocket, Task> talk, string protocol = "v4.channel.k8s.io") => ScriptedServer.StartAsync(async (context, _) =>
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        await talk(socket);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", context.RequestAborted);
        await socket.HearAsync();
    });

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("the disk is gone");
    }

    /// <summary>Knows when something has come.</summary>
    private sealed class Heard : MemoryStream
    {
        private readonly TaskCompletionSource something = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Something => something.Task;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            something.TrySetResult();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }

    /// <summary>As a console's: its reads end only when somebody types, whatever their token says.</summary>
    private sealed class SilentStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(new TaskCompletionSource<int>().Task);
    }
}
