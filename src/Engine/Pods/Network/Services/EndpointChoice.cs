using System.Collections.Concurrent;
using System.Net;

namespace Kontrakt.Engine.Pods.Network.Services;

/// <summary>Chooses the endpoint of each connection to a service port: in turn, or the client's last one where it has affinity.</summary>
internal sealed class EndpointChoice(TimeProvider time)
{
    private readonly ConcurrentDictionary<IPAddress, (IPEndPoint Endpoint, long At)> lasts = [];
    private volatile ServicePort? port;
    private uint turn = (uint)Random.Shared.Next();

    /// <summary>From the next connection on.</summary>
    internal void Use(ServicePort next)
    {
        port = next;
        foreach (var (client, last) in lasts)
            if (next.Affinity is null || !next.Endpoints.Contains(last.Endpoint))
                lasts.TryRemove(client, out _);
    }

    /// <summary>All endpoints, the one to try first at the head.</summary>
    internal IReadOnlyList<IPEndPoint> For(IPAddress client)
    {
        if (port is not { Endpoints.Count: > 0 } current)
            return [];
        var all = current.Endpoints;
        var first = (int)(Interlocked.Increment(ref turn) % (uint)all.Count);
        IPEndPoint[] order = [.. all.Skip(first), .. all.Take(first)];
        if (current.Affinity is { } keep && Array.IndexOf(order, Last(client, order, keep)) is > 0 and var place)
            (order[0], order[place]) = (order[place], order[0]);
        return order;
    }

    /// <summary>Another than the first was taken: the client's next connections follow.</summary>
    internal void Remember(IPAddress client, IPEndPoint endpoint)
    {
        if (port?.Affinity is not null)
            lasts[client] = (endpoint, time.GetTimestamp());
    }

    /// <summary>Decided before it is dialled: a client's connections may come at the same moment, and belong together all the same.</summary>
    private IPEndPoint Last(IPAddress client, IPEndPoint[] order, TimeSpan keep) => lasts.AddOrUpdate(
        client,
        _ => (order[0], time.GetTimestamp()),
        (_, last) => (time.GetElapsedTime(last.At) < keep && order.Contains(last.Endpoint) ? last.Endpoint : order[0], time.GetTimestamp())).Endpoint;
}
