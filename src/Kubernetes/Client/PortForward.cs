using System.Net;
using System.Net.Sockets;

namespace Kontrakt.Kubernetes.Client;

/// <summary>A port of a pod to be reached from this machine.</summary>
public sealed record PortForwardRequest(string Namespace, string Pod, int Port)
{
    /// <summary>The port of this machine, on loopback; 0 for a free one.</summary>
    public int LocalPort { get; init; }
    /// <summary>Called for each connection that failed; its local end is reset.</summary>
    public Action<KubernetesException>? OnFailure { get; init; }
}

/// <summary>A port of this machine of which each connection is forwarded to a pod, until it is disposed.</summary>
public sealed class PortForward : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly PortForwardRequest request;
    private readonly Func<Stream, CancellationToken, Task> forward;
    private readonly CancellationTokenSource over = new();
    private readonly Task accepting;
    private int disposed;

    /// <param name="forward">Carries one connection to its end.</param>
    /// <exception cref="KubernetesException">The local port cannot be used.</exception>
    internal PortForward(PortForwardRequest request, Func<Stream, CancellationToken, Task> forward)
    {
        (this.request, this.forward) = (request, forward);
        listener = new(IPAddress.Loopback, request.LocalPort);
        try
        {
            listener.Start();
        }
        catch (SocketException e)
        {
            over.Dispose();
            listener.Dispose();
            throw new KubernetesException($"port {request.LocalPort} of this machine cannot be used: {e.Message}", null, "", [], inner: e);
        }
        LocalPort = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public int LocalPort { get; }

    /// <summary>Ends all of its connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        try
        {
            await over.CancelAsync();
            await accepting;
        }
        finally
        {
            listener.Dispose();
            over.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        var open = new HashSet<Task>();
        try
        {
            while (true)
            {
                open.RemoveWhere(task => task.IsCompletedSuccessfully);
                if (await TryAcceptAsync() is { } connection)
                    open.Add(CarryAsync(connection));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    /// <summary>Null: the process has no descriptor for it, or the caller is gone again; the next try waits a little.</summary>
    private async Task<Socket?> TryAcceptAsync()
    {
        try
        {
            return await listener.AcceptSocketAsync(over.Token);
        }
        catch (SocketException)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), over.Token);
            return null;
        }
    }

    private async Task CarryAsync(Socket connection)
    {
        using var local = connection;
        try
        {
            await using var stream = new NetworkStream(local);
            await forward(stream, over.Token);
            local.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is KubernetesException or OperationCanceledException or IOException or SocketException)
        {
            try
            {
                if (e is KubernetesException failure)
                    request.OnFailure?.Invoke(failure);
            }
            finally
            {
                local.Close(0); // A reset, not an orderly end: what came so far is not all.
            }
        }
    }
}
