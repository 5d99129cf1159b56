using System.Net;
using Kontrakt.Engine.Pods.Native;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>The interfaces, addresses and routes of one network namespace (rtnetlink): that of the thread which opened it, whoever asks later.</summary>
internal sealed class Netlink : IDisposable
{
    private readonly NetlinkSocket socket = NetlinkSocket.Open();

    private Netlink()
    {
    }

    /// <exception cref="SystemCallException">The kernel does not allow it.</exception>
    internal static Netlink Open() => new();

    /// <summary>The names and indexes of all interfaces.</summary>
    internal IReadOnlyList<NetworkLink> Links()
    {
        var message = new NetlinkMessage(NetlinkType.GetLink, NetlinkFlags.Dump, "list network interfaces").Write(default(LinkHeader));
        return [.. socket.Request(message).Select(NetworkLink.Read)];
    }

    internal int IndexOf(string name)
    {
        var message = new NetlinkMessage(NetlinkType.GetLink, NetlinkFlags.Acknowledge, $"find the network interface {name}")
            .Write(default(LinkHeader)).Attribute(LinkAttribute.Name, name);
        return NetworkLink.Read(socket.Request(message)[0]).Index;
    }

    internal void SetUp(int index) =>
        socket.Request(new NetlinkMessage(NetlinkType.NewLink, NetlinkFlags.Acknowledge, $"set the network interface {index} up")
            .Write(new LinkHeader { Index = index, Flags = LinkHeader.Up, Change = LinkHeader.Up }));

    /// <summary>Puts an interface into a group. None of that name is as good.</summary>
    internal void SetGroup(string name, int group) => UnlessMissing(
        new NetlinkMessage(NetlinkType.NewLink, NetlinkFlags.Acknowledge, $"set the group of the network interface {name}")
            .Write(default(LinkHeader)).Attribute(LinkAttribute.Name, name).Attribute(LinkAttribute.Group, group));

    /// <summary>Deletes all interfaces of a group, and the other ends of pairs with them. None is as good.</summary>
    internal void DeleteGroup(int group) => UnlessMissing(
        new NetlinkMessage(NetlinkType.DeleteLink, NetlinkFlags.Acknowledge, $"delete the network interfaces of group {group}")
            .Write(default(LinkHeader)).Attribute(LinkAttribute.Group, group));

    /// <summary>Makes a bridge that is up.</summary>
    /// <param name="hardwareAddress">Of its own: else it would take one of its members', and change it as they come and go.</param>
    internal void AddBridge(string name, byte[] hardwareAddress) =>
        AddLink("bridge", Adding(NetlinkType.NewLink, $"make the bridge {name}")
            .Write(new LinkHeader { Flags = LinkHeader.Up, Change = LinkHeader.Up })
            .Attribute(LinkAttribute.Name, name)
            .Attribute(LinkAttribute.HardwareAddress, hardwareAddress)
            .Attribute(LinkAttribute.Kind, kind => kind.Attribute(LinkAttribute.KindName, "bridge")));

    /// <summary>Turns routing on for what comes in at an interface, as the sysctl net.ipv4.conf.NAME.forwarding does.</summary>
    internal void Forward(int index) =>
        socket.Request(new NetlinkMessage(NetlinkType.NewLink, NetlinkFlags.Acknowledge, $"turn routing on for the network interface {index}")
            .Write(new LinkHeader { Index = index })
            .Attribute(LinkAttribute.FamilySpecific, families => families
                .Attribute(NetworkCalls.AF_INET, inet => inet
                    .Attribute(LinkAttribute.InetConfiguration, settings => settings.Attribute(LinkAttribute.InetForwarding, 1)))));

    /// <summary>Makes a pair of interfaces: one here, up and on a bridge; the other in another namespace, where it has still to be set up.</summary>
    internal void AddPair(string name, int bridge, string peerName, byte[] peerHardwareAddress, NetworkNamespace peerNamespace)
    {
        var added = false;
        try
        {
            peerNamespace.Handle.DangerousAddRef(ref added);
            var descriptor = (int)peerNamespace.Handle.DangerousGetHandle();
            AddLink("veth", Adding(NetlinkType.NewLink, $"make the network interface {name} and {peerName} in a pod")
                .Write(new LinkHeader { Flags = LinkHeader.Up, Change = LinkHeader.Up })
                .Attribute(LinkAttribute.Name, name)
                .Attribute(LinkAttribute.Master, bridge)
                .Attribute(LinkAttribute.Kind, kind => kind
                    .Attribute(LinkAttribute.KindName, "veth")
                    .Attribute(LinkAttribute.KindData, data => data
                        .Attribute(LinkAttribute.PairPeer, peer => peer
                            .Write(default(LinkHeader))
                            .Attribute(LinkAttribute.Name, peerName)
                            .Attribute(LinkAttribute.HardwareAddress, peerHardwareAddress)
                            .Attribute(LinkAttribute.NamespaceDescriptor, descriptor)))));
        }
        finally
        {
            if (added)
                peerNamespace.Handle.DangerousRelease();
        }
    }

    internal void AddAddress(int index, IPNetwork network, IPAddress address) =>
        socket.Request(Adding(NetlinkType.NewAddress, $"give the network interface {index} the address {address}")
            .Write(new AddressHeader { Family = NetworkCalls.AF_INET, PrefixLength = (byte)network.PrefixLength, Index = index })
            .Attribute(AddressAttribute.Local, address.GetAddressBytes())
            .Attribute(AddressAttribute.Address, address.GetAddressBytes()));

    internal void AddDefaultRoute(IPAddress gateway) =>
        socket.Request(Adding(NetlinkType.NewRoute, $"make {gateway} the default route")
            .Write(new RouteHeader { Family = NetworkCalls.AF_INET, Table = RouteHeader.MainTable, Protocol = RouteHeader.Static, Type = RouteHeader.Unicast })
            .Attribute(RouteAttribute.Gateway, gateway.GetAddressBytes()));

    /// <summary>Makes every address of a network one of this machine's own, without adding any.</summary>
    internal void AddLocalRoute(int index, IPNetwork network) =>
        socket.Request(Adding(NetlinkType.NewRoute, $"make {network} addresses of the node")
            .Write(new RouteHeader
            {
                Family = NetworkCalls.AF_INET,
                DestinationLength = (byte)network.PrefixLength,
                Table = RouteHeader.LocalTable,
                Protocol = RouteHeader.Static,
                Scope = RouteHeader.HostScope,
                Type = RouteHeader.Local,
            })
            .Attribute(RouteAttribute.Destination, network.BaseAddress.GetAddressBytes())
            .Attribute(RouteAttribute.OutgoingInterface, index));

    public void Dispose() => socket.Dispose();

    private void UnlessMissing(NetlinkMessage message)
    {
        try
        {
            socket.Request(message);
        }
        catch (SystemCallException gone) when (gone.Errno == Errno.ENODEV)
        {
        }
    }

    private void AddLink(string kind, NetlinkMessage message)
    {
        try
        {
            socket.Request(message);
        }
        catch (SystemCallException unknown) when (unknown.Errno == Errno.EOPNOTSUPP)
        {
            throw new SystemCallException(message.Attempt, unknown.Errno, $"this kernel has no {kind} interfaces: load its module (modprobe {kind}), or use a kernel that has it");
        }
    }

    private static NetlinkMessage Adding(NetlinkType type, string attempt) =>
        new(type, NetlinkFlags.Acknowledge | NetlinkFlags.Create | NetlinkFlags.Exclusive, attempt);
}
