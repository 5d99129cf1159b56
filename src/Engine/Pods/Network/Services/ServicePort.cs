using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Network.Services;

/// <summary>One port of a Service, and where its connections go.</summary>
/// <param name="Address">Cluster IP and port.</param>
/// <param name="Endpoints">Those that are ready, with the port that each listens on.</param>
/// <param name="Affinity">How long a client stays with its endpoint; null for not at all.</param>
public sealed record ServicePort(IPEndPoint Address, ServiceProtocol Protocol, IReadOnlyList<IPEndPoint> Endpoints, TimeSpan? Affinity)
{
    private const int ThreeHours = 10800;

    /// <summary>The ports of a Service that has a cluster IP; none for a headless one, or one that is an alias.</summary>
    /// <param name="endpoints">The Endpoints object of its name; null while there is none.</param>
    public static IReadOnlyList<ServicePort> Of(KubernetesObject service, KubernetesObject? endpoints)
    {
        if (service.Text("spec", "type") == "ExternalName" || !IPAddress.TryParse(service.Text("spec", "clusterIP"), out var address) || !NodeNetwork.Owns(address))
            return [];
        var affinity = Affinities(service);
        return
        [
            .. from port in service.Items("spec", "ports")
               let number = (int)KubernetesObject.Number(port["port"])
               where number is > 0 and <= ushort.MaxValue
               let protocol = ProtocolOf(port)
               where protocol is not null
               select new ServicePort(new(address, number), protocol.Value, [.. Ready(endpoints, Name(port), protocol.Value)], affinity),
        ];
    }

    private static TimeSpan? Affinities(KubernetesObject service) => service.Text("spec", "sessionAffinity") == "ClientIP"
        ? TimeSpan.FromSeconds(KubernetesObject.Number(service.At("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds"), ThreeHours))
        : null;

    private static IEnumerable<IPEndPoint> Ready(KubernetesObject? endpoints, string name, ServiceProtocol protocol) =>
        from subset in endpoints?.Items("subsets") ?? []
        from port in new KubernetesObject(subset).Items("ports")
        where Name(port) == name && ProtocolOf(port) == protocol
        let number = (int)KubernetesObject.Number(port["port"])
        where number is > 0 and <= ushort.MaxValue
        from place in new KubernetesObject(subset).Items("addresses")
        let address = IPAddress.TryParse(new KubernetesObject(place).Text("ip"), out var parsed) ? parsed : null
        where address is { AddressFamily: AddressFamily.InterNetwork }
        select new IPEndPoint(address, number);

    private static string Name(JsonObject port) => new KubernetesObject(port).Text("name");

    private static ServiceProtocol? ProtocolOf(JsonObject port) => new KubernetesObject(port).Text("protocol") switch
    {
        "" or "TCP" => ServiceProtocol.Tcp,
        "UDP" => ServiceProtocol.Udp,
        _ => null,
    };
}

public enum ServiceProtocol { Tcp, Udp }

/// <summary>One port of a Service as it is being served.</summary>
internal interface IServicePort
{
    /// <summary>Serve it like this from now on.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Its address cannot be listened at.</exception>
    void Use(ServicePort port);

    /// <summary>Serve it no longer.</summary>
    void Close();
}
