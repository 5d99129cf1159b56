using System.Collections.Concurrent;
using System.Net;
using Kontrakt.Engine.Pods.Native;
using Kontrakt.Engine.Pods.Specs;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>Gives each pod a network namespace with an address on the node's bridge.</summary>
public sealed class PodNetwork(NodeNetwork node)
{
    private const string Interface = "eth0";
    private readonly LinkRemoval removal = new(node.Netlink);
    private readonly AddressPool addresses = new(ClusterAddresses.Pods, ClusterAddresses.Node);
    private readonly ConcurrentDictionary<IPAddress, PodDefinition> owners = [];

    /// <param name="podUid">Whose network it is, for what is reported when it fails.</param>
    /// <exception cref="SystemCallException">The kernel refuses it.</exception>
    /// <exception cref="InvalidOperationException">There is no address left.</exception>
    // The kernel does it in a few system calls that wait for its network lock.
    public Task<PodAttachment> AttachAsync(string podUid, CancellationToken cancellationToken) => Task.Run(() => Attach(podUid), cancellationToken);

    /// <summary>The same, so that <see cref="At"/> finds it.</summary>
    public async Task<PodAttachment> AttachAsync(PodDefinition pod, CancellationToken cancellationToken)
    {
        var attachment = await AttachAsync(pod.Uid, cancellationToken);
        owners[attachment.Address] = pod;
        return attachment;
    }

    /// <summary>Whose address it is; null for nobody's. A pod cannot send from another's.</summary>
    public PodDefinition? At(IPAddress address) => owners.GetValueOrDefault(address);

    private PodAttachment Attach(string podUid)
    {
        var address = addresses.Take();
        NetworkNamespace? network = null;
        try
        {
            network = NetworkNamespace.Create();
            var attachment = new PodAttachment(removal, Release, network, address);
            Connect(attachment);
            return attachment;
        }
        catch (Exception failure)
        {
            network?.Dispose();
            addresses.Return(address);
            if (failure is SystemCallException step)
                throw new SystemCallException($"give pod {podUid} a network", step);
            throw;
        }
    }

    private void Release(IPAddress address)
    {
        owners.TryRemove(address, out _);
        addresses.Return(address);
    }

    private void Connect(PodAttachment attachment)
    {
        var network = attachment.NetworkNamespace;
        node.Netlink.AddPair(attachment.NodeInterface, node.BridgeIndex, Interface, HardwareAddress.Of(attachment.Address), network);
        try
        {
            using var netlink = network.Run(Netlink.Open);
            var index = netlink.IndexOf(Interface);
            netlink.AddAddress(index, ClusterAddresses.Pods, attachment.Address);
            netlink.SetUp(index);
            netlink.AddDefaultRoute(ClusterAddresses.Node);
        }
        catch
        {
            removal.RemoveAsync(attachment.NodeInterface).GetAwaiter().GetResult();
            throw;
        }
    }
}
