using System.Net;
using System.Net.Sockets;
using Kontrakt.Engine.Pods.Native;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>
/// The node's own network: a bridge that the pods hang on, and every service address. Nothing leads from it to the network of the machine:
/// no pod reaches what listens there, and nothing there reaches a pod. Sockets of both are used by this one process, and only it connects them.
/// </summary>
public sealed class NodeNetwork : IDisposable
{
    private const string Bridge = "pods";
    private const int Backlog = 1024;
    private readonly NamespaceThread inside;

    private NodeNetwork(NetworkNamespace network, NamespaceThread inside, Netlink netlink)
    {
        (Namespace, this.inside, Netlink) = (network, inside, netlink);
        BridgeIndex = netlink.IndexOf(Bridge);
    }

    public NetworkNamespace Namespace { get; }
    internal Netlink Netlink { get; }
    internal int BridgeIndex { get; }

    /// <exception cref="SystemCallException">The kernel, or the rights of this process, do not allow it.</exception>
    public static NodeNetwork Create()
    {
        var network = NetworkNamespace.Create();
        NamespaceThread? inside = null;
        Netlink? netlink = null;
        try
        {
            inside = new NamespaceThread(network);
            netlink = inside.RunAsync(Netlink.Open).GetAwaiter().GetResult();
            Furnish(netlink);
            return new(network, inside, netlink);
        }
        catch
        {
            netlink?.Dispose();
            inside?.Dispose();
            network.Dispose();
            throw;
        }
    }

    /// <summary>Opens a TCP socket that listens at an address of the node's or at any service address.</summary>
    /// <exception cref="SocketException">The address is in use, or not the node's.</exception>
    public Socket Listen(IPEndPoint endPoint)
    {
        var socket = Bind(endPoint);
        socket.Listen(Backlog);
        return socket;
    }

    /// <summary>Opens a TCP socket that is bound and does not listen yet: what Kestrel's CreateBoundListenSocket answers.</summary>
    /// <exception cref="SocketException">The address is in use, or not the node's.</exception>
    public Socket Bind(IPEndPoint endPoint) => Bound(SocketType.Stream, ProtocolType.Tcp, endPoint);

    /// <summary>Opens a UDP socket that is bound to an address of the node's or to any service address.</summary>
    /// <exception cref="SocketException">The address is in use, or not the node's.</exception>
    public Socket BindDatagrams(IPEndPoint endPoint) => Bound(SocketType.Dgram, ProtocolType.Udp, endPoint);

    /// <summary>Whether an address is the node's own: one that can be listened at here.</summary>
    public static bool Owns(IPAddress address) => ClusterAddresses.Services.Contains(address) || ClusterAddresses.Node.Equals(address);

    /// <summary>Connects to a pod, or to anything else that listens in this network.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public Task<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken) =>
        ConnectAsync(SocketType.Stream, ProtocolType.Tcp, endPoint, cancellationToken);

    /// <summary>Opens a UDP socket that sends to, and receives from, one address alone.</summary>
    /// <exception cref="SocketException">There is no way there.</exception>
    public Task<Socket> ConnectDatagramsAsync(IPEndPoint endPoint, CancellationToken cancellationToken) =>
        ConnectAsync(SocketType.Dgram, ProtocolType.Udp, endPoint, cancellationToken);

    /// <summary>Ends it for the engine. The kernel drops it, bridge and all, with the last socket and process in it.</summary>
    public void Dispose()
    {
        Netlink.Dispose();
        inside.Dispose();
        Namespace.Dispose();
    }

    private static void Furnish(Netlink netlink)
    {
        netlink.AddBridge(Bridge, HardwareAddress.Of(ClusterAddresses.Node));
        var bridge = netlink.IndexOf(Bridge);
        netlink.AddAddress(bridge, ClusterAddresses.Pods, ClusterAddresses.Node);
        // A pod that calls an address outside gets at once the answer that there is no way, rather than having to wait.
        netlink.Forward(bridge);
        // All service addresses at once: a listener can come before its Service, and a call to one that is gone is refused, not lost.
        netlink.AddLocalRoute(netlink.IndexOf("lo"), ClusterAddresses.Services);
    }

    private Socket Bound(SocketType type, ProtocolType protocol, IPEndPoint endPoint)
    {
        var socket = inside.RunAsync(() => new Socket(AddressFamily.InterNetwork, type, protocol)).GetAwaiter().GetResult();
        try
        {
            socket.Bind(endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Socket> ConnectAsync(SocketType type, ProtocolType protocol, IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = await inside.RunAsync(() => new Socket(AddressFamily.InterNetwork, type, protocol));
        try
        {
            if (type == SocketType.Stream)
                socket.NoDelay = true;
            await socket.ConnectAsync(endPoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
