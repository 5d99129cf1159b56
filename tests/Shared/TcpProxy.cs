using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Kontrakt.Tests;

/// <summary>A way to a server that can be broken, for the connections that exist, or cut: afterwards new ones are refused as well.</summary>
internal sealed class TcpProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly string _host;
    private readonly int _port;

    public TcpProxy(Uri server)
    {
        (_host, _port) = (server.Host, server.Port);
        _listener.Start();
        Accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private Task Accepting { get; }

    /// <summary>Connections die; the next one is served.</summary>
    public void Break()
    {
        while (_sockets.TryTake(out var socket))
            socket.Dispose();
    }

    public void Cut()
    {
        _listener.Stop();
        Break();
    }

    public void Dispose() => Cut();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }

    private async Task CarryAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(client);
        _sockets.Add(server);
        try
        {
            await server.ConnectAsync(_host, _port);
            await using var near = new NetworkStream(client);
            await using var far = new NetworkStream(server);
            await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // Cut, or one side went away.
        }
        finally
        {
            client.Dispose();
            server.Dispose();
        }
    }
}
