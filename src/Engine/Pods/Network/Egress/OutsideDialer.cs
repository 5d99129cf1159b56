using System.Net;
using System.Net.Sockets;
using Kontrakt.Engine.Pods.Network.Dns;

namespace Kontrakt.Engine.Pods.Network.Egress;

/// <summary>Connects to what a pod's request names: in the cluster, or outside as this machine gets there, by its own proxy where it has one.</summary>
/// <param name="isOwn">Whether the engine itself listens there on the machine: nobody is let in by an exception.</param>
/// <param name="machines">The machine's proxy; asked for when it is needed, since reading it takes an engine a part of its start.</param>
internal sealed class OutsideDialer(NodeNetwork node, ClusterZone zone, Func<IPEndPoint, bool> isOwn, Func<IWebProxy> machines)
{
    private static readonly string[] SearchedSuffixes = ["svc.cluster.local", "cluster.local"];

    /// <summary>A connection on which the request's head has been sent, and of which the answer to a tunnel has been read.</summary>
    /// <exception cref="EgressRefusedException">It may not be reached.</exception>
    /// <exception cref="SocketException">It does not answer, or its name does not exist.</exception>
    /// <exception cref="IOException">The machine's proxy does not answer as one.</exception>
    public async Task<Socket> ConnectAsync(ProxyRequest request, EgressPolicy policy, string inNamespace, CancellationToken cancellationToken)
    {
        if (InCluster(request.Host, inNamespace) is { } inside)
            return await SendAsync(await node.ConnectAsync(new(inside, request.Port), cancellationToken), request, cancellationToken);
        var addresses = await ResolveAsync(request.Host, cancellationToken);
        var reachable = addresses.Where(address => MayReach(new(address, request.Port), request.Host, policy)).ToList();
        if (addresses.Count > 0 && reachable.Count == 0)
            throw new EgressRefusedException(Why(request, addresses[0], policy));
        var proxy = machines();
        if (proxy.GetProxy(request.Target) is { } through && through != request.Target)
        {
            // The machine's proxy resolves what only it knows: nothing here says that the name is private, or is not what was named.
            if (addresses.Count == 0 && !policy.Allowed && !policy.Names(request.Host, request.Port))
                throw new EgressRefusedException(NotAllowed(request));
            // It takes whichever address it likes.
            if (reachable.Count < addresses.Count)
                throw new EgressRefusedException(Why(request, addresses.First(address => !reachable.Contains(address)), policy));
            return await new UpstreamProxy(through, proxy.Credentials).ConnectAsync(request, cancellationToken);
        }
        if (addresses.Count == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        return await SendAsync(await StaggeredDial.ConnectAsync([.. reachable.Select(address => new IPEndPoint(address, request.Port))], cancellationToken), request, cancellationToken);
    }

    private bool MayReach(IPEndPoint endPoint, string host, EgressPolicy policy) =>
        !isOwn(endPoint) && (policy.Exempts(host, endPoint) || (policy.Allowed && PublicAddresses.Contains(endPoint.Address)));

    private string Why(ProxyRequest request, IPAddress address, EgressPolicy policy)
    {
        if (isOwn(new(address, request.Port)))
            return $"{request.Authority} is the engine itself";
        // What is not public, KontraktEgress does not open.
        return PublicAddresses.Contains(address) ? NotAllowed(request)
            : $"{request.Authority} is {address}, which is an address of this machine or of a private network: KontraktEgressAllow names those that pods may reach";
    }

    private static string NotAllowed(ProxyRequest request) => $"{request.Authority} is outside of the engine, and pods of this namespace reach nothing there: KontraktEgress=true lets them";

    /// <summary>By the search list of a pod; null for a name that is not the cluster's.</summary>
    private IPAddress? InCluster(string host, string inNamespace)
    {
        if (IPAddress.TryParse(host, out var address))
            return ClusterAddresses.Pods.Contains(address) || ClusterAddresses.Services.Contains(address) ? address : null;
        return new[] { host }.Concat(SearchedSuffixes.Prepend($"{inNamespace}.{SearchedSuffixes[0]}").Select(suffix => $"{host.TrimEnd('.')}.{suffix}"))
            .SelectMany(name => zone.Answer(DnsName.Parse(name), DnsType.A).Records.OfType<DnsRecord.Address>()).FirstOrDefault()?.Value;
    }

    private static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address))
            return [address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address];
        try
        {
            return [.. (await System.Net.Dns.GetHostAddressesAsync(host, cancellationToken)).OrderBy(each => each.AddressFamily == AddressFamily.InterNetworkV6)];
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain)
        {
            return [];
        }
    }

    private static async Task<Socket> SendAsync(Socket socket, ProxyRequest request, CancellationToken cancellationToken)
    {
        if (!request.IsTunnel)
            await UpstreamProxy.SendAsync(socket, request.HeadForServer(), cancellationToken);
        return socket;
    }
}

/// <summary>What a pod asked for may not be reached; the message says why, and what lets it.</summary>
internal sealed class EgressRefusedException(string message) : Exception(message);
