using System.Net;
using System.Net.Sockets;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Pods.Network.Dns;
using Kontrakt.Engine.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engine.Tests.Pods.Network.Dns;

/// <summary>Pods ask it by UDP and by TCP, and none can keep it from the others.</summary>
[TestClass]
public sealed class TheNameServer : IAsyncDisposable
{
    private static readonly byte[] Question = DnsClient.Question("ns.dns.cluster.local", DnsType.A);
    private readonly NodeNetwork node = NetworkRights.OrSkip(NodeNetwork.Create);
    private readonly CancellationTokenSource stop = new();
    private readonly PodNetwork pods;
    private readonly Task server;

    public TheNameServer()
    {
        pods = new(node);
        server = new ClusterDns(node, new(new ObjectStore()), NullLogger.Instance).RunAsync(stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await server;
        node.Dispose();
        stop.Dispose();
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AnswersDatagramsAlsoAfterBadOnes()
    {
        await using var pod = await pods.AttachAsync("pod", CancellationToken.None);
        using var socket = pod.NetworkNamespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        await socket.ConnectAsync(new IPEndPoint(ClusterAddresses.Dns, 53));
        var buffer = new byte[512];

        foreach (var bad in (byte[][])[[], [1, 2, 3], new byte[60_000]])
            await socket.SendAsync(bad);
        await socket.SendAsync(Question);
        var reply = new DnsClient.Reply(0, 0, false, "", [], [], []);
        while (reply.Id != 0x1234)
            reply = DnsClient.Read(buffer[..await socket.ReceiveAsync(buffer)]);

        Assert.AreEqual("0: ns.dns.cluster.local A 10.96.0.10", reply.Summary);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AnswersSeveralQuestionsOfOneConnection()
    {
        await using var pod = await pods.AttachAsync("pod", CancellationToken.None);
        using var socket = await PodSockets.ConnectAsync(pod, new(ClusterAddresses.Dns, 53));
        await using var stream = new NetworkStream(socket);

        for (var round = 0; round < 3; round++)
        {
            await stream.WriteAsync((byte[])[0, (byte)Question.Length, .. Question]);
            var length = new byte[2];
            await stream.ReadExactlyAsync(length);
            var message = new byte[length[0] << 8 | length[1]];
            await stream.ReadExactlyAsync(message);
            Assert.AreEqual("0: ns.dns.cluster.local A 10.96.0.10", DnsClient.Read(message).Summary);
        }
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task WhoSaysNothingKeepsNobodyOut()
    {
        await using var pod = await pods.AttachAsync("pod", CancellationToken.None);
        using var silent = await PodSockets.ConnectAsync(pod, new(ClusterAddresses.Dns, 53));
        await silent.SendAsync(new byte[] { 0 });

        await AnswersSeveralQuestionsOfOneConnection();
    }
}
