using System.Net;
using System.Net.Sockets;
using Kontrakt.Engine.Pods.Network;

namespace Engine.Tests.Pods.Network;

/// <summary>A network namespace has ports, addresses and interfaces of its own.</summary>
[TestClass]
public sealed class Namespaces
{
    [TestMethod]
    [Timeout(60_000)]
    public void OnlyItsLoopbackIsThereAndItIsUp()
    {
        using var network = NetworkRights.Namespace();

        var links = network.Run(() =>
        {
            using var netlink = Netlink.Open();
            return netlink.Links();
        });

        Assert.IsTrue(links.Any(link => link is { Name: "lo", IsUp: true }), string.Join(", ", links));
        Assert.IsFalse(links.Any(link => link is { IsUp: true, Name: not "lo" }), string.Join(", ", links));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TwoCanListenOnTheSamePortAndNeitherIsHeardOutside()
    {
        using var first = NetworkRights.Namespace();
        using var second = NetworkRights.Namespace();

        using var one = first.Run(Listen);
        using var other = second.Run(Listen);

        using var client = first.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await client.ConnectAsync(IPAddress.Loopback, 18080);
        using var accepted = await one.AcceptAsync();
        Assert.AreEqual(client.LocalEndPoint, accepted.RemoteEndPoint);
        using var outside = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var refused = await Assert.ThrowsExactlyAsync<SocketException>(async () => await outside.ConnectAsync(IPAddress.Loopback, 18080));
        Assert.AreEqual(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void WhatFailsInsideFailsOutside()
    {
        using var network = NetworkRights.Namespace();

        var thrown = Assert.ThrowsExactly<InvalidTimeZoneException>(() => network.Run<int>(() => throw new InvalidTimeZoneException("inside")));

        Assert.AreEqual("inside", thrown.Message);
    }

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 18080));
        socket.Listen();
        return socket;
    }
}
