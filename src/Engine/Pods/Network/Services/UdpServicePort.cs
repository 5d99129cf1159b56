using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Kontrakt.Engine.Pods.Network.Services;

/// <summary>
/// Receives at a service's address and passes each client's datagrams on from a socket of the client's own, so that what comes back there
/// is the client's. The client is forgotten after a time of silence. Without an endpoint nobody receives, and the kernel says so to the client.
/// </summary>
internal sealed class UdpServicePort(NodeNetwork network, ServiceTraffic traffic, TimeProvider time) : IServicePort
{
    private const int LongestDatagram = 65_507;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);
    private readonly EndpointChoice choice = new(time);
    private readonly ConcurrentDictionary<IPEndPoint, UdpFlow> flows = [];
    private Socket? receiver;

    public void Use(ServicePort port)
    {
        choice.Use(port);
        foreach (var flow in flows.Values)
            if (!port.Endpoints.Contains(flow.Endpoint))
                flow.Dispose();
        if (port.Endpoints.Count == 0)
            Close();
        else if (receiver is null)
        {
            var bound = receiver = network.BindDatagrams(port.Address);
            if (!traffic.TryRun(() => ReceiveAsync(bound)))
                Close();
        }
    }

    public void Close()
    {
        receiver?.Dispose();
        receiver = null;
        foreach (var flow in flows.Values)
            flow.Dispose();
    }

    private async Task ReceiveAsync(Socket from)
    {
        var buffer = new byte[LongestDatagram];
        while (true)
        {
            try
            {
                var received = await from.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), traffic.Stopped);
                if (received.RemoteEndPoint is IPEndPoint client && await FlowAsync(from, client) is { } flow)
                    await flow.SendAsync(buffer.AsMemory(0, received.ReceivedBytes));
            }
            catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                Close();
                return;
            }
            catch (SocketException failed)
            {
                await traffic.PauseAsync(failed);
            }
        }
    }

    private async Task<UdpFlow?> FlowAsync(Socket service, IPEndPoint client)
    {
        if (flows.TryGetValue(client, out var known))
            return known;
        foreach (var endpoint in choice.For(client.Address).Take(1))
        {
            var flow = new UdpFlow(service, client, endpoint, await network.ConnectDatagramsAsync(endpoint, traffic.Stopped));
            flows[client] = flow;
            if (traffic.TryRun(() => RunAsync(flow)))
                return flow;
            flows.TryRemove(client, out _);
            flow.Dispose();
        }
        return null;
    }

    private async Task RunAsync(UdpFlow flow)
    {
        try
        {
            await flow.ReturnAsync(Silence, traffic.Stopped);
        }
        finally
        {
            flows.TryRemove(flow.Client, out _);
            flow.Dispose();
        }
    }
}
