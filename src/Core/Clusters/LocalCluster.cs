using System.Net;
using System.Net.Sockets;
using Kontrakt.Kubernetes.Config;

namespace Kontrakt.Clusters;

/// <summary>
/// What is plainly this machine's own cluster: a context whose name one of the local tools gave (kind, k3d, minikube, docker-desktop,
/// rancher-desktop, orbstack, colima, microk8s) and whose server is at an address that leaves neither machine nor private network. The name alone
/// will not do (a "kind-x" may be copied from elsewhere), nor the address alone (a tunnel to production ends on loopback).
/// </summary>
internal static class LocalCluster
{
    private static readonly string[] Names = ["minikube", "docker-desktop", "docker-for-desktop", "rancher-desktop", "orbstack", "colima", "microk8s"];
    private static readonly string[] Prefixes = ["kind-", "k3d-", "colima-"];
    private static readonly string[] Hosts = ["localhost", "kubernetes.docker.internal", "host.docker.internal", "k8s.orb.local", "minikube"];

    /// <summary>Why a context is not plainly local, as the end of a sentence about its server; null when it is.</summary>
    public static string? WhyNot(ClusterConnection connection)
    {
        if (!Names.Contains(connection.Name, StringComparer.Ordinal) && !Prefixes.Any(prefix => connection.Name.StartsWith(prefix, StringComparison.Ordinal)))
            return "which is not a name that a local cluster's tool gives (kind-*, k3d-*, minikube, docker-desktop, rancher-desktop, orbstack, colima)";
        return IsNear(connection.Server.Host) ? null : "which is not an address of this machine or a private network";
    }

    private static bool IsNear(string host)
    {
        var name = host.Trim('[', ']');
        if (!IPAddress.TryParse(name, out var address))
            return Hosts.Contains(name, StringComparer.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        return IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || IsPrivate(address);
    }

    /// <summary>RFC 1918 and RFC 4193: where minikube's and colima's virtual machines are.</summary>
    private static bool IsPrivate(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31) || (bytes[0] == 192 && bytes[1] == 168)
            : address.IsIPv6LinkLocal || (bytes[0] & 0xFE) == 0xFC;
    }
}
