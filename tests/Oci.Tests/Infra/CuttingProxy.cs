using System.Net;
using System.Net.Sockets;

namespace Kontrakt.Oci.Tests.Infra;

/// <summary>A bad line to a real registry: the first few connections break once so many bytes went one way.</summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly IPEndPoint target;
    private readonly int bytesUntilCut;
    private readonly Task accepting;
    private int cutsLeft;
    private int cuts;

    /// <param name="host">address:port</param>
    public CuttingProxy(string host, int cuts, int bytesUntilCut)
    {
        (target, cutsLeft, this.bytesUntilCut) = (IPEndPoint.Parse(host), cuts, bytesUntilCut);
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Host => listener.LocalEndpoint.ToString()!;
    public int Cuts => cuts;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ForwardAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ForwardAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            try
            {
                await far.ConnectAsync(target, stop.Token);
                await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
            }
            catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException)
            {
                // Either side may hang up at any time; both are closed here.
            }
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[16 * 1024];
        var sent = 0L;
        for (int read; (read = await from.GetStream().ReadAsync(buffer, stop.Token)) > 0; sent += read)
        {
            if (sent + read > bytesUntilCut && Interlocked.Decrement(ref cutsLeft) >= 0)
            {
                Interlocked.Increment(ref cuts);
                return;
            }
            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), stop.Token);
        }
    }
}
