using System.Globalization;
using System.Net;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>A pod's place in the network, until it is disposed of: then nobody reaches it any more, and its address is free.</summary>
public sealed class PodAttachment : IAsyncDisposable
{
    private readonly LinkRemoval removal;
    private readonly Action<IPAddress> release;
    private int detached;

    internal PodAttachment(LinkRemoval removal, Action<IPAddress> release, NetworkNamespace network, IPAddress address)
    {
        (this.removal, this.release, NetworkNamespace, Address) = (removal, release, network, address);
        var bytes = address.GetAddressBytes();
        NodeInterface = string.Create(CultureInfo.InvariantCulture, $"pod{bytes[2]}-{bytes[3]}");
    }

    public NetworkNamespace NetworkNamespace { get; }
    public IPAddress Address { get; }
    /// <summary>The node's end of the pair of interfaces.</summary>
    internal string NodeInterface { get; }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref detached, 1) != 0)
            return;
        NetworkNamespace.Dispose();
        await removal.RemoveAsync(NodeInterface);
        release(Address);
    }
}
