using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>struct nlmsghdr</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NetlinkHeader
{
    internal uint Length;
    internal NetlinkType Type;
    internal ushort Flags;
    internal uint Sequence;
    internal uint Port;
}

internal enum NetlinkType : ushort
{
    Error = 2,
    Done = 3,
    NewLink = 16,
    DeleteLink = 17,
    GetLink = 18,
    NewAddress = 20,
    NewRoute = 24,
}

/// <summary>NLM_F_*: some bits mean another thing in each kind of message.</summary>
internal static class NetlinkFlags
{
    internal const ushort Request = 1;
    internal const ushort Acknowledge = 4;
    /// <summary>In an answer: the request is not repeated whole in it.</summary>
    internal const ushort Capped = 0x100;
    /// <summary>In an answer: the kernel's own words follow.</summary>
    internal const ushort ExtendedAnswer = 0x200;
    /// <summary>In a request for what exists: all of it.</summary>
    internal const ushort Dump = 0x300;
    /// <summary>In a request to make something: fail if it exists.</summary>
    internal const ushort Exclusive = 0x200;
    internal const ushort Create = 0x400;
}

/// <summary>struct ifinfomsg</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinkHeader
{
    internal const uint Up = 1;

    internal byte Family;
    internal byte Padding;
    internal ushort HardwareType;
    internal int Index;
    internal uint Flags;
    /// <summary>Which of the flags are to be changed.</summary>
    internal uint Change;
}

/// <summary>struct ifaddrmsg</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AddressHeader
{
    internal byte Family;
    internal byte PrefixLength;
    internal byte Flags;
    internal byte Scope;
    internal int Index;
}

/// <summary>struct rtmsg</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RouteHeader
{
    internal const byte MainTable = 254;
    internal const byte LocalTable = 255;
    internal const byte Static = 4;
    internal const byte HostScope = 254;
    internal const byte Unicast = 1;
    internal const byte Local = 2;

    internal byte Family;
    internal byte DestinationLength;
    internal byte SourceLength;
    internal byte TypeOfService;
    internal byte Table;
    internal byte Protocol;
    internal byte Scope;
    internal byte Type;
    internal uint Flags;
}
