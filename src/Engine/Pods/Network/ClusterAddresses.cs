using System.Net;

namespace Kontrakt.Engine.Pods.Network;

/// <summary>The addresses of the engine's own network. No other network sees them, so they can be the same everywhere.</summary>
public static class ClusterAddresses
{
    public static IPNetwork Pods { get; } = IPNetwork.Parse("10.244.0.0/16");
    public static IPNetwork Services { get; } = IPNetwork.Parse("10.96.0.0/16");
    /// <summary>The node, as its pods see it.</summary>
    public static IPAddress Node { get; } = IPAddress.Parse("10.244.0.1");
    /// <summary>The Service "kubernetes".</summary>
    public static IPAddress Kubernetes { get; } = IPAddress.Parse("10.96.0.1");
    /// <summary>The name server of all pods.</summary>
    public static IPAddress Dns { get; } = IPAddress.Parse("10.96.0.10");
    /// <summary>The proxy by which pods reach the outside.</summary>
    public static IPAddress Egress { get; } = IPAddress.Parse("10.96.0.11");
}
