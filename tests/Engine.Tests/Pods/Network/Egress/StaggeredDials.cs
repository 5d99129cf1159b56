using System.Net;
using System.Net.Sockets;
using Kontrakt.Engine.Pods.Network.Egress;

namespace Engine.Tests.Pods.Network.Egress;

/// <summary>Of several addresses, the first that answers is reached, whatever the others do.</summary>
[TestClass]
public sealed class StaggeredDials
{
    public TestContext TestContext { get; set; } = null!;

    /// <summary>A listener whose queue is full says nothing, as an address that swallows packets.</summary>
    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task DoNotWaitForOneThatIsSilent()
    {
        using var silent = Listen(backlog: 0);
        var waiting = Enumerable.Range(0, 8).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false }).ToList();
        foreach (var socket in waiting)
            Assert.ThrowsExactly<SocketException>(() => socket.Connect(silent.LocalEndPoint!));
        using var answers = Listen(backlog: 5);

        using var reached = await StaggeredDial.ConnectAsync([At(silent), At(answers)], TestContext.CancellationToken);

        Assert.AreEqual(answers.LocalEndPoint, reached.RemoteEndPoint);
        waiting.ForEach(socket => socket.Dispose());
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task IgnoreThoseThatRefuse()
    {
        using var answers = Listen(backlog: 5);

        using var reached = await StaggeredDial.ConnectAsync([new(IPAddress.Loopback, 1), At(answers)], TestContext.CancellationToken);

        Assert.AreEqual(answers.LocalEndPoint, reached.RemoteEndPoint);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task FailAsTheLastOneDoes()
    {
        var failed = await Assert.ThrowsExactlyAsync<SocketException>(() => StaggeredDial.ConnectAsync([new(IPAddress.Loopback, 1), new(IPAddress.Loopback, 2)], TestContext.CancellationToken));

        Assert.AreEqual(SocketError.ConnectionRefused, failed.SocketErrorCode);
    }

    private static IPEndPoint At(Socket listener) => (IPEndPoint)listener.LocalEndPoint!;

    private static Socket Listen(int backlog)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(backlog);
        return socket;
    }
}
