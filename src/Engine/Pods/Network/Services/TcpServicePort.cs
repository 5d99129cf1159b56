using System.Net;
using System.Net.Sockets;

namespace Kontrakt.Engine.Pods.Network.Services;

/// <summary>
/// Listens at a service's address while it has an endpoint, and connects who calls to one. Without an endpoint nobody listens, so that the
/// kernel refuses the call at once.
/// </summary>
internal sealed class TcpServicePort(NodeNetwork network, ServiceTraffic traffic, TimeProvider time) : IServicePort
{
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(10);
    private readonly EndpointChoice choice = new(time);
    private Socket? listener;

    public void Use(ServicePort port)
    {
        choice.Use(port);
        if (port.Endpoints.Count == 0)
            Close();
        else if (listener is null)
            _ = traffic.AcceptAsync(listener = network.Listen(port.Address), ServeAsync);
    }

    /// <summary>Connections that exist stay.</summary>
    public void Close()
    {
        listener?.Dispose();
        listener = null;
    }

    private async Task ServeAsync(Socket client)
    {
        using var closing = client;
        var server = await DialAsync(client);
        if (server is null)
            TcpRelay.Reset(client);
        else
            await TcpRelay.RunAsync(client, server, traffic.Stopped);
    }

    /// <summary>An endpoint that refuses may be one that has just ended: the next is tried.</summary>
    private async Task<Socket?> DialAsync(Socket client)
    {
        if (client.RemoteEndPoint is not IPEndPoint { Address: var address })
            return null;
        foreach (var endpoint in choice.For(address))
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(traffic.Stopped);
            timeout.CancelAfter(DialTimeout);
            try
            {
                var server = await network.ConnectAsync(endpoint, timeout.Token);
                choice.Remember(address, endpoint);
                return server;
            }
            catch (Exception refused) when (refused is SocketException or OperationCanceledException && !traffic.Stopped.IsCancellationRequested)
            {
                traffic.Refused(endpoint, refused);
            }
        }
        return null;
    }
}
