using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;

namespace Kontrakt.Tests.Clusters;

/// <summary>A way to the real API server that can be cut: connections break, and new ones are refused until it is mended.</summary>
internal sealed class TcpRelay : IDisposable
{
    private readonly Uri _target;
    private readonly ConcurrentDictionary<Socket, bool> _sockets = [];
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private volatile bool _cut;

    public TcpRelay(Uri target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Bytes that went to the server.</summary>
    public long Sent { get; private set; }

    public ClusterClient Connect(ClusterConnection connection, TimeSpan budget) => new(
        connection with { Server = new($"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}") },
        new ClientOptions { RetryBudget = budget });

    public void Cut()
    {
        _cut = true;
        foreach (var socket in _sockets.Keys)
            Break(socket);
    }

    public void Mend() => _cut = false;

    public void Dispose()
    {
        Cut();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _sockets[client] = true;
            if (_cut)
                return;
            await server.ConnectAsync(_target.Host, _target.Port);
            await Task.WhenAny(CopyAsync(client, server, count: true), CopyAsync(server, client, count: false));
        }
        catch (SocketException)
        {
            // Cut.
        }
        finally
        {
            _sockets.TryRemove(client, out _);
            Break(client);
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool count)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                await to.SendAsync(buffer.AsMemory(0, read));
                Sent += count ? read : 0;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private static void Break(Socket socket)
    {
        socket.LingerState = new(true, 0); // A reset, as from a server that died.
        socket.Dispose();
    }
}
