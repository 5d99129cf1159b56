using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Kontrakt.Engine.Store;
using Microsoft.Extensions.Logging;

namespace Kontrakt.Engine.Pods.Network.Services;

/// <summary>
/// What kube-proxy is to a node: connections to a Service's cluster IP reach one of its ready endpoints. They are carried by this process,
/// so an endpoint sees the node as its client.
/// </summary>
/// <param name="elsewhere">Service addresses that something else of the engine's listens at.</param>
public sealed class ServiceProxy(ObjectStore store, NodeNetwork network, IReadOnlyCollection<IPEndPoint> elsewhere, ILogger logger, TimeProvider time)
{
    private readonly Channel<(string Namespace, string Name)?> changes = Channel.CreateUnbounded<(string, string)?>(new() { SingleReader = true });
    private readonly Dictionary<(string Namespace, string Name), Dictionary<(IPEndPoint Address, ServiceProtocol Protocol), IServicePort>> served = [];

    /// <summary>Serves every Service, as it and its Endpoints change, until it is cancelled; then no connection is left.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var traffic = new ServiceTraffic(logger);
        using var one = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // Each runs until it is cancelled: the first to end, ends by a failure, and the rest with it.
            Task[] all = [FollowAsync(Kinds.Service, one.Token), FollowAsync(Kinds.Endpoints, one.Token), ApplyAsync(traffic, one.Token)];
            await await Task.WhenAny(all);
        }
        finally
        {
            await one.CancelAsync();
            foreach (var port in served.Values.SelectMany(ports => ports.Values))
                port.Close();
        }
    }

    /// <summary>Names what changes; what it has become is read when its turn comes.</summary>
    private async Task FollowAsync(ResourceKind kind, CancellationToken cancellationToken)
    {
        while (true)
        {
            var list = store.List(kind);
            changes.Writer.TryWrite(null);
            foreach (var item in list.Items)
                changes.Writer.TryWrite((item.Key.Namespace, item.Key.Name));
            try
            {
                await foreach (var change in store.WatchAsync(kind, null, list.Revision, cancellationToken))
                    changes.Writer.TryWrite((change.Object.Key.Namespace, change.Object.Key.Name));
            }
            catch (StatusException tooLate) when (tooLate.Code == 410)
            {
                // So much has changed that the whole is looked at again.
            }
        }
    }

    private async Task ApplyAsync(ServiceTraffic traffic, CancellationToken cancellationToken)
    {
        await foreach (var change in changes.Reader.ReadAllAsync(cancellationToken))
            if (change is { } name)
                Apply(name, traffic);
            else
                foreach (var known in served.Keys.ToArray())
                    Apply(known, traffic);
    }

    private void Apply((string Namespace, string Name) name, ServiceTraffic traffic)
    {
        var service = store.Find(new(Kinds.Service, name.Namespace, name.Name))?.View;
        var endpoints = store.Find(new(Kinds.Endpoints, name.Namespace, name.Name))?.View;
        var wanted = service is null ? [] : ServicePort.Of(service, endpoints)
            .Where(port => port.Protocol != ServiceProtocol.Tcp || !elsewhere.Contains(port.Address))
            .DistinctBy(port => (port.Address, port.Protocol))
            .ToDictionary(port => (port.Address, port.Protocol));
        var ports = served.GetValueOrDefault(name) ?? [];
        foreach (var (key, port) in ports.Where(port => !wanted.ContainsKey(port.Key)).ToArray())
        {
            port.Close();
            ports.Remove(key);
        }
        foreach (var (key, port) in wanted)
            Use(name, ports.TryGetValue(key, out var known) ? known : ports[key] = Make(key.Protocol, traffic), port);
        if (ports.Count == 0)
            served.Remove(name);
        else
            served[name] = ports;
    }

    private void Use((string Namespace, string Name) name, IServicePort port, ServicePort wanted)
    {
        try
        {
            port.Use(wanted);
        }
        catch (SocketException refused)
        {
            logger.LogError("service {Namespace}/{Name} cannot be reached at {Address}: {Reason}", name.Namespace, name.Name, wanted.Address, refused.Message);
        }
    }

    private IServicePort Make(ServiceProtocol protocol, ServiceTraffic traffic) =>
        protocol == ServiceProtocol.Udp ? new UdpServicePort(network, traffic, time) : new TcpServicePort(network, traffic, time);
}
