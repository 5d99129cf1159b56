using System.Net;
using System.Net.Sockets;
using Kontrakt.Engine.Pods.Network.Services;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engine.Tests.Pods.Network.Services;

/// <summary>One pod cannot take the connections of all others.</summary>
[TestClass]
public sealed class ConnectionsOfOnePod
{
    [TestMethod]
    [Timeout(60_000)]
    public async Task AreLimitedAndThoseOfOthersAreServed()
    {
        await using var traffic = new ServiceTraffic(NullLogger.Instance, limitOfOne: 2);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        // Each connection gets one byte, and lasts until its other side closes it.
        var accepting = traffic.AcceptAsync(listener, async client =>
        {
            using (client)
            {
                await client.SendAsync(new byte[] { 1 });
                await client.ReceiveAsync(new byte[1]);
            }
        });
        var (pod, other) = (IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3"));

        using var first = await ConnectAsync(listener, pod);
        using var second = await ConnectAsync(listener, pod);
        var served = (await IsServedAsync(first), await IsServedAsync(second));
        using var third = await ConnectAsync(listener, pod);
        using var others = await ConnectAsync(listener, other);

        Assert.AreEqual((true, true), served);
        Assert.IsFalse(await IsServedAsync(third), "the third of one pod");
        Assert.IsTrue(await IsServedAsync(others), "another pod's");
        first.Close();
        Assert.IsTrue(await ComesThroughAsync(listener, pod), "the place of one that has ended is free again");
        listener.Close();
        await accepting;
    }

    private static async Task<Socket> ConnectAsync(Socket listener, IPAddress from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        try
        {
            await socket.ConnectAsync(listener.LocalEndPoint!);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Refused so early that it never was one; it answers nothing.
        }
        return socket;
    }

    private static async Task<bool> IsServedAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1]) == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The engine sees an end a moment after it.</summary>
    private static async Task<bool> ComesThroughAsync(Socket listener, IPAddress from)
    {
        while (true)
        {
            using var socket = await ConnectAsync(listener, from);
            if (await IsServedAsync(socket))
                return true;
        }
    }
}
