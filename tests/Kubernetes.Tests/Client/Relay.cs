using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Kubernetes.Tests.Client;

/// <summary>A loopback port that passes bytes to and fro, until it cuts every connection.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> open = [];
    private readonly Uri target;
    private readonly Task accepting;

    public Relay(Uri target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new UriBuilder(target) { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port }.Uri;

    public int Connections { get; private set; }

    public void Cut()
    {
        while (open.TryTake(out var connection))
            connection.Close(0); // A reset, not an orderly end; nothing where the other side was first.
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptTcpClientAsync();
                var far = new TcpClient();
                await far.ConnectAsync(target.Host, target.Port);
                Connections++;
                open.Add(near.Client);
                open.Add(far.Client);
                _ = PassAsync(near, far);
                _ = PassAsync(far, near);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private static async Task PassAsync(TcpClient from, TcpClient into)
    {
        try
        {
            await from.GetStream().CopyToAsync(into.GetStream());
            into.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            from.Close(); // Cut.
            into.Close();
        }
    }
}
