using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Pods.Network.Services;

/// <summary>A connection to a cluster IP is one to a ready endpoint: both ways, to the last byte, and refused where there is none.</summary>
[TestClass]
public sealed class ConnectionsToAService
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task TheyReachTheTargetPortOfAnEndpointAndEndWithIt()
    {
        await using var world = ServiceWorld.Start();
        var (client, server) = (await world.PodAsync(), await world.PodAsync());
        using var listener = PodSockets.Listen(server, 8080);
        world.Service(Port(80));
        world.Endpoints(8080, "", server);

        using var connection = await ServiceWorld.ConnectAsync(client, 80);
        using var accepted = await listener.AcceptAsync();

        Assert.AreEqual(ClusterAddresses.Node, ((IPEndPoint?)accepted.RemoteEndPoint)?.Address);
        await SendAsync(connection, "question");
        connection.Shutdown(SocketShutdown.Send);
        Assert.AreEqual("question", await ReadToEndAsync(accepted));
        await SendAsync(accepted, "answer, after the other side has ended");
        accepted.Shutdown(SocketShutdown.Both);
        Assert.AreEqual("answer, after the other side has ended", await ReadToEndAsync(connection));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task APodReachesItselfThroughItsService()
    {
        await using var world = ServiceWorld.Start();
        var pod = await world.PodAsync();
        using var listener = PodSockets.Listen(pod, 8080);
        world.Service(Port(80));
        world.Endpoints(8080, "", pod);

        using var connection = await ServiceWorld.ConnectAsync(pod, 80);
        using var accepted = await listener.AcceptAsync();
        await SendAsync(connection, "me");
        connection.Shutdown(SocketShutdown.Send);

        Assert.AreEqual("me", await ReadToEndAsync(accepted));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task TheyAreRefusedUntilThereIsAnEndpointAndWhenThereIsNoneAnyMore()
    {
        await using var world = ServiceWorld.Start();
        var (client, server) = (await world.PodAsync(), await world.PodAsync());
        using var listener = PodSockets.Listen(server, 8080);
        world.Service(Port(80));
        await ServiceWorld.RefusedAsync(client, 80);

        for (var round = 0; round < 3; round++)
        {
            world.Endpoints(8080, "", server);
            using (await ServiceWorld.ConnectAsync(client, 80))
            using (var accepted = await listener.AcceptAsync())
                accepted.Shutdown(SocketShutdown.Both);
            world.Endpoints(8080, "");
            await ServiceWorld.RefusedAsync(client, 80);
        }
        world.Endpoints(8080, "", server);
        (await ServiceWorld.ConnectAsync(client, 80)).Dispose();
        world.Delete(Kinds.Service);
        await ServiceWorld.RefusedAsync(client, 80);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task EveryEndpointGetsSomeAndOneThatRefusesIsPassedOver()
    {
        await using var world = ServiceWorld.Start();
        var client = await world.PodAsync();
        var (one, other, dead) = (await world.PodAsync(), await world.PodAsync(), await world.PodAsync());
        using var first = PodSockets.Listen(one, 8080);
        using var second = PodSockets.Listen(other, 8080);
        world.Service(Port(80));
        world.Endpoints(8080, "", one, other, dead);

        using var connections = new Disposables<Socket>();
        for (var number = 0; number < 12; number++)
            connections.Add(await ServiceWorld.ConnectAsync(client, 80));
        foreach (var listener in (Socket[])[first, second])
            for (var number = 0; number < 4; number++)
                connections.Add(await listener.AcceptAsync());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AClientWithAffinityStaysWithItsEndpoint()
    {
        await using var world = ServiceWorld.Start();
        var (client, one, other) = (await world.PodAsync(), await world.PodAsync(), await world.PodAsync());
        using var first = PodSockets.Listen(one, 8080);
        using var second = PodSockets.Listen(other, 8080);
        var spec = Port(80);
        spec["sessionAffinity"] = "ClientIP";
        world.Service(spec);
        world.Endpoints(8080, "", one, other);

        using var connections = new Disposables<Socket>();
        connections.Add(await ServiceWorld.ConnectAsync(client, 80));
        var which = await await Task.WhenAny(AcceptFrom(first), AcceptFrom(second));
        for (var number = 0; number < 8; number++)
        {
            connections.Add(await ServiceWorld.ConnectAsync(client, 80));
            connections.Add(await which.AcceptAsync());
        }

        async Task<Socket> AcceptFrom(Socket listener)
        {
            try
            {
                connections.Add(await listener.AcceptAsync());
            }
            catch (SocketException)
            {
                // The other one: it is closed at the end.
            }
            return listener;
        }
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task PortsAreMatchedByName()
    {
        await using var world = ServiceWorld.Start();
        var (client, server) = (await world.PodAsync(), await world.PodAsync());
        using var listener = PodSockets.Listen(server, 9090);
        world.Service(new JsonObject { ["ports"] = new JsonArray(new JsonObject { ["name"] = "web", ["port"] = 80 }, new JsonObject { ["name"] = "metrics", ["port"] = 81 }) });
        world.Endpoints(9090, "metrics", server);

        using var connection = await ServiceWorld.ConnectAsync(client, 81);
        using var accepted = await listener.AcceptAsync();

        await ServiceWorld.RefusedAsync(client, 80);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AConnectionThatTheEndpointBreaksIsBrokenAndNotEnded()
    {
        await using var world = ServiceWorld.Start();
        var (client, server) = (await world.PodAsync(), await world.PodAsync());
        using var listener = PodSockets.Listen(server, 8080);
        world.Service(Port(80));
        world.Endpoints(8080, "", server);
        using var connection = await ServiceWorld.ConnectAsync(client, 80);
        var accepted = await listener.AcceptAsync();

        accepted.LingerState = new(true, 0);
        accepted.Dispose();

        var broken = await Assert.ThrowsExactlyAsync<SocketException>(() => connection.ReceiveAsync(new byte[1]));
        Assert.AreEqual(SocketError.ConnectionReset, broken.SocketErrorCode);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AThousandAreCarriedAtOnceEachWithItsOwnBytes()
    {
        const int Count = 1000;
        await using var world = ServiceWorld.Start();
        var (client, server) = (await world.PodAsync(), await world.PodAsync());
        using var listener = PodSockets.Listen(server, 8080);
        world.Service(Port(80));
        world.Endpoints(8080, "", server);
        using var connections = new Disposables<Socket>();

        var echo = Enumerable.Range(0, Count).Select(async _ =>
        {
            var accepted = connections.Add(await listener.AcceptAsync());
            await SendAsync(accepted, await ReadToEndAsync(accepted));
            accepted.Shutdown(SocketShutdown.Both);
        }).ToArray();
        var calls = new List<Socket>();
        for (var number = 0; number < Count; number++)
            calls.Add(connections.Add(await ServiceWorld.ConnectAsync(client, 80)));
        var answers = await Task.WhenAll(calls.Select(async (call, number) =>
        {
            await SendAsync(call, $"number {number}");
            call.Shutdown(SocketShutdown.Send);
            return await ReadToEndAsync(call);
        }));

        await Task.WhenAll(echo);
        CollectionAssert.AreEqual(Enumerable.Range(0, Count).Select(number => $"number {number}").ToArray(), answers);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task ABigStreamArrivesWhole()
    {
        const int Size = 256 * 1024 * 1024;
        await using var world = ServiceWorld.Start();
        var (client, server) = (await world.PodAsync(), await world.PodAsync());
        using var listener = PodSockets.Listen(server, 8080);
        world.Service(Port(80));
        world.Endpoints(8080, "", server);
        using var connection = await ServiceWorld.ConnectAsync(client, 80);
        using var accepted = await listener.AcceptAsync();

        var sending = Task.Run(async () =>
        {
            var block = new byte[64 * 1024];
            for (var sent = 0L; sent < Size; sent += block.Length)
            {
                Array.Fill(block, (byte)(sent / block.Length));
                for (var part = block.AsMemory(); part.Length > 0;)
                    part = part[await connection.SendAsync(part)..];
            }
            connection.Shutdown(SocketShutdown.Send);
        });
        var (received, right) = (0L, true);
        var buffer = new byte[100_000];
        for (int count; (count = await accepted.ReceiveAsync(buffer)) > 0; received += count)
            right &= buffer[0] == (byte)(received / 65536) && buffer[count - 1] == (byte)((received + count - 1) / 65536);
        await sending;

        Assert.AreEqual(Size, received);
        Assert.IsTrue(right);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task DatagramsAreCarriedAndAnsweredFromTheServiceAddress()
    {
        await using var world = ServiceWorld.Start();
        var (client, server) = (await world.PodAsync(), await world.PodAsync());
        using var listener = Datagrams(server, 5353);
        using var socket = Datagrams(client, 0);
        world.Service(new JsonObject { ["ports"] = new JsonArray(new JsonObject { ["port"] = 53, ["protocol"] = "UDP" }) });
        world.Endpoints(5353, "", server);
        await socket.ConnectAsync(new IPEndPoint(ServiceWorld.ClusterIP, 53));
        var (asked, answered) = (new byte[100], new byte[100]);

        var receiving = listener.ReceiveFromAsync(asked, new IPEndPoint(IPAddress.Any, 0));
        while (!receiving.IsCompleted)
            await SendDatagramAsync(socket, "question");
        var question = await receiving;
        await listener.SendToAsync("answer"u8.ToArray(), question.RemoteEndPoint);

        Assert.AreEqual("question", Encoding.ASCII.GetString(asked, 0, question.ReceivedBytes));
        Assert.AreEqual("answer", Encoding.ASCII.GetString(answered, 0, await ReceiveDatagramAsync(socket, answered)));
    }

    private static JsonObject Port(int port) => new() { ["ports"] = new JsonArray(new JsonObject { ["port"] = port, ["protocol"] = "TCP" }) };

    private static Socket Datagrams(PodAttachment pod, int port) => pod.NetworkNamespace.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    });

    /// <summary>Until the proxy receives them, the kernel says that nobody does.</summary>
    private static async Task SendDatagramAsync(Socket socket, string text)
    {
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(text));
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
        }
        await Task.Yield();
    }

    private static async Task<int> ReceiveDatagramAsync(Socket socket, byte[] buffer)
    {
        while (true)
            try
            {
                return await socket.ReceiveAsync(buffer);
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
            {
            }
    }

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text));

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[100];
        while (await socket.ReceiveAsync(buffer) is > 0 and var count)
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        return text.ToString();
    }
}
