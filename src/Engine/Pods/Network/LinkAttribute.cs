namespace Kontrakt.Engine.Pods.Network;

/// <summary>Types of attributes of interfaces: IFLA_*, and those of what nests in them.</summary>
internal static class LinkAttribute
{
    internal const ushort HardwareAddress = 1;
    internal const ushort Name = 3;
    internal const ushort Master = 10;
    internal const ushort Kind = 18;
    internal const ushort FamilySpecific = 26;
    internal const ushort Group = 27;
    internal const ushort NamespaceDescriptor = 28;
    internal const ushort KindName = 1;
    internal const ushort KindData = 2;
    internal const ushort PairPeer = 1;
    internal const ushort InetConfiguration = 1;
    internal const ushort InetForwarding = 1;
}

/// <summary>IFA_*</summary>
internal static class AddressAttribute
{
    internal const ushort Address = 1;
    internal const ushort Local = 2;
}

/// <summary>RTA_*</summary>
internal static class RouteAttribute
{
    internal const ushort Destination = 1;
    internal const ushort OutgoingInterface = 4;
    internal const ushort Gateway = 5;
}
