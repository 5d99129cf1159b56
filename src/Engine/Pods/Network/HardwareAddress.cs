using System.Net;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>
/// The hardware address of an interface follows from its IP address, so what neighbours remember of an address stays right when another pod
/// gets it.
/// </summary>
internal static class HardwareAddress
{
    /// <summary>Locally administered, unicast.</summary>
    internal static byte[] Of(IPAddress address) => [0x0A, 0x58, .. address.GetAddressBytes()];
}
