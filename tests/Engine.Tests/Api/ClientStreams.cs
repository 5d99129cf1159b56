using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Client;

namespace Engine.Tests.Api;

/// <summary>Commands and ports of pods by Kontrakt's own client, over WebSockets.</summary>
[TestClass]
public sealed class ClientStreams
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task ACommandReadsItsInputToTheEnd()
    {
        await using var host = await ApiHost.StartAsync();
        var pod = Pod(host);
        host.Exec.Add(pod.View.Uid, "c", async (request, token) =>
        {
            await (request.Input ?? Stream.Null).CopyToAsync(request.Output, token);
            return 3;
        });
        var input = Encoding.ASCII.GetBytes(new string('x', 300_000));
        using var output = new MemoryStream();

        var code = await host.Client.ExecAsync(new("ns", "p", null, ["cat"]) { Input = new MemoryStream(input), Output = output }, Token);

        Assert.AreEqual(3, code);
        CollectionAssert.AreEqual(input, output.ToArray());
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task APortIsForwarded()
    {
        await using var host = await ApiHost.StartAsync();
        Pod(host);
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var serving = ServeAsync(server);
        await using var port = await host.Client.ForwardPortAsync(new("ns", "p", ((IPEndPoint)server.LocalEndpoint).Port), Token);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port.LocalPort, Token);

        await client.GetStream().WriteAsync("hello\n"u8.ToArray(), Token);
        using var reader = new StreamReader(client.GetStream());

        Assert.AreEqual("you said hello", await reader.ReadToEndAsync(Token));
        await serving;
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task APortThatNobodyListensOnIsAFailureOfTheConnection()
    {
        await using var host = await ApiHost.StartAsync();
        Pod(host);
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var number = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        var failures = new List<string>();
        await using var port = await host.Client.ForwardPortAsync(new("ns", "p", number) { OnFailure = failure => failures.Add(failure.Message) }, Token);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port.LocalPort, Token);

        await Assert.ThrowsAsync<IOException>(async () => await client.GetStream().ReadExactlyAsync(new byte[1], Token));

        StringAssert.StartsWith(failures.Single(), $"port {number} of ns/p: error forwarding port {number}: ");
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task WhatIsNotAPortIsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        Pod(host);
        var failure = new TaskCompletionSource<KubernetesException>();
        await using var port = await host.Client.ForwardPortAsync(new("ns", "p", 70_000) { OnFailure = failure.SetResult }, Token);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port.LocalPort, Token);

        var refused = await failure.Task.WaitAsync(Token);

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Code);
        StringAssert.Contains(refused.Message, "1 to 65535");
    }

    private async Task ServeAsync(TcpListener server)
    {
        using var connection = await server.AcceptTcpClientAsync(Token);
        using var reader = new StreamReader(connection.GetStream());
        var line = await reader.ReadLineAsync(Token);
        await connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"you said {line}"), Token);
    }

    private static StoredObject Pod(ApiHost host)
    {
        return host.Pod(new()
        {
            ["phase"] = "Running",
            ["podIP"] = "127.0.0.1",
            ["containerStatuses"] = new JsonArray(new JsonObject { ["name"] = "c", ["ready"] = true, ["state"] = new JsonObject { ["running"] = new JsonObject() } }),
        });
    }
}
