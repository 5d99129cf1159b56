using System.Net;
using System.Net.NetworkInformation;

namespace Kontrakt.Engine.Pods.Network.Egress;

/// <summary>Which addresses are public: everybody's, and neither this machine's nor of the networks around it (RFC 6890 and its registries).</summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] Others =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
            // 168.63.129.16 is the host of a virtual machine in Azure. 64:ff9b::/96 and 2002::/16 hold addresses of version 4.
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    public static bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return !Others.Any(network => network.Contains(plain)) && !IsOfThisMachine(plain);
    }

    /// <summary>A public address of the machine's own leads to what listens on it, past any firewall.</summary>
    private static bool IsOfThisMachine(IPAddress address) =>
        NetworkInterface.GetAllNetworkInterfaces().Any(link => link.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(address)));
}
