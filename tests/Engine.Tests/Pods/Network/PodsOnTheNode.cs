using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Kontrakt.Engine.Pods.Network;

namespace Engine.Tests.Pods.Network;

/// <summary>Pods reach each other and the node, the node reaches them, and nobody reaches the machine.</summary>
[TestClass]
public sealed class PodsOnTheNode
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    [Timeout(60_000)]
    public async Task OnePodReachesAnotherByItsAddress()
    {
        using var node = NetworkRights.OrSkip(NodeNetwork.Create);
        var pods = new PodNetwork(node);
        await using var server = await pods.AttachAsync("server", None);
        await using var client = await pods.AttachAsync("client", None);
        using var listener = PodSockets.Listen(server, 8080);

        using var connected = await PodSockets.ConnectAsync(client, new(server.Address, 8080));

        using var accepted = await listener.AcceptAsync(None);
        Assert.AreEqual(client.Address, ((IPEndPoint?)accepted.RemoteEndPoint)?.Address);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TheNodeReachesAPodAndAPodTheNode()
    {
        using var node = NetworkRights.OrSkip(NodeNetwork.Create);
        await using var pod = await new PodNetwork(node).AttachAsync("pod", None);
        using var inPod = PodSockets.Listen(pod, 80);
        using var onNode = node.Listen(new(ClusterAddresses.Node, 80));
        using var atService = node.Listen(new(ClusterAddresses.Kubernetes, 443));

        using var toPod = await node.ConnectAsync(new(pod.Address, 80), None);
        using var toNode = await PodSockets.ConnectAsync(pod, new(ClusterAddresses.Node, 80));
        using var toService = await PodSockets.ConnectAsync(pod, new(ClusterAddresses.Kubernetes, 443));

        using var atPod = await inPod.AcceptAsync(None);
        using var atNode = await onNode.AcceptAsync(None);
        using var atKubernetes = await atService.AcceptAsync(None);
        Assert.AreEqual(ClusterAddresses.Node, ((IPEndPoint?)atPod.RemoteEndPoint)?.Address);
        Assert.AreEqual(pod.Address, ((IPEndPoint?)atNode.RemoteEndPoint)?.Address);
        Assert.AreEqual(pod.Address, ((IPEndPoint?)atKubernetes.RemoteEndPoint)?.Address);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task DatagramsToAServiceAddressAreAnsweredFromIt()
    {
        using var node = NetworkRights.OrSkip(NodeNetwork.Create);
        await using var pod = await new PodNetwork(node).AttachAsync("pod", None);
        using var server = node.BindDatagrams(new(ClusterAddresses.Dns, 53));
        using var client = pod.NetworkNamespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        await client.ConnectAsync(new IPEndPoint(ClusterAddresses.Dns, 53));
        var bytes = new byte[16];

        await client.SendAsync("ask"u8.ToArray());
        var question = await server.ReceiveFromAsync(bytes, new IPEndPoint(IPAddress.Any, 0));
        await server.SendToAsync("tell"u8.ToArray(), question.RemoteEndPoint);

        Assert.AreEqual("tell", Encoding.ASCII.GetString(bytes.AsSpan(0, await client.ReceiveAsync(bytes))));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task NothingOfTheMachineIsReachedFromAPod()
    {
        using var node = NetworkRights.OrSkip(NodeNetwork.Create);
        await using var pod = await new PodNetwork(node).AttachAsync("pod", None);
        using var onMachine = new Socket(SocketType.Stream, ProtocolType.Tcp);
        onMachine.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        onMachine.Listen();
        var port = ((IPEndPoint?)onMachine.LocalEndPoint)?.Port ?? 0;
        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(link => link.GetIPProperties().UnicastAddresses.Select(address => address.Address))
            .Concat([IPAddress.Loopback, ClusterAddresses.Node, ClusterAddresses.Kubernetes, IPAddress.Parse("192.0.2.1")]);

        foreach (var address in addresses.Distinct())
        {
            var refused = await Assert.ThrowsExactlyAsync<SocketException>(() => PodSockets.ConnectAsync(pod, new(address, port)), address.ToString());
            Assert.Contains(refused.SocketErrorCode, (SocketError[])[SocketError.ConnectionRefused, SocketError.NetworkUnreachable, SocketError.HostUnreachable], address.ToString());
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task NothingIsLeftOfAPodThatIsDetached()
    {
        using var node = NetworkRights.OrSkip(NodeNetwork.Create);
        var pods = new PodNetwork(node);
        var before = node.Netlink.Links();

        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => pods.AttachAsync($"pod-{number}", None)));
        Assert.HasCount(before.Count + 20, node.Netlink.Links());
        await Task.WhenAll(all.Select(pod => pod.DisposeAsync().AsTask()));

        CollectionAssert.AreEqual(before.ToArray(), node.Netlink.Links().ToArray());
        await using var next = await pods.AttachAsync("next", None);
        Assert.DoesNotContain(next.Address, all.Select(pod => pod.Address));
    }

    [TestMethod]
    public void AnAddressThatCameBackWaitsUntilAllOthersWereGiven()
    {
        var pool = new AddressPool(IPNetwork.Parse("10.0.0.0/29"), IPAddress.Parse("10.0.0.1"));

        var first = pool.Take();
        pool.Return(first);
        var rest = Enumerable.Range(0, 4).Select(_ => pool.Take()).ToArray();
        var again = pool.Take();

        Assert.AreEqual("10.0.0.2", first.ToString());
        Assert.AreEqual("10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6", string.Join<IPAddress>(' ', rest));
        Assert.AreEqual(first, again);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(pool.Take).Message, "10.0.0.0/29");
    }
}
