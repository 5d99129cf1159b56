using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Kontrakt.Engine.Api.Streaming.Spdy;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Streaming;

/// <summary>pods/portforward: connections to ports of a pod, each as a pair of streams over SPDY, or as two channels of a WebSocket.</summary>
internal sealed class PortForwardEndpoint(ApiParts parts)
{
    private const string Protocol = "portforward.k8s.io";
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    /// <exception cref="StatusException">Before the connection is taken over: 404, or 400 for a pod that does not run, and for what is not spoken here.</exception>
    public async Task RunAsync(ApiCall call)
    {
        var pod = parts.Objects.Store.Get(call.Key);
        var isSocket = SocketForward.IsAsked(call.Http);
        if (!isSocket && !SpdyUpgrade.IsAsked(call.Http, Protocol))
            throw StatusException.BadRequest($"to forward ports, upgrade the connection to SPDY/3.1 with {Protocol}, as kubectl does, or to a WebSocket with {ChannelSocket.Version4}");
        if (!IPAddress.TryParse(pod.View.Text("status", "podIP"), out var address) || pod.View.Text("status", "phase") != "Running")
            throw StatusException.BadRequest($"unable to forward port because pod is not running. Current status={pod.View.Text("status", "phase")}");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted, parts.Stopping);
        try
        {
            await (isSocket
                ? new SocketForward((port, carry, token) => CarryAsync(address, port, carry, token), parts.Time).RunAsync(call.Http, over.Token)
                : RunSpdyAsync(call, address, over));
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or InvalidDataException or SocketException or ObjectDisposedException)
        {
            // The client is gone, the engine ends, or what came is not what was agreed on: this connection is over.
        }
    }

    private async Task RunSpdyAsync(ApiCall call, IPAddress address, CancellationTokenSource over)
    {
        await using var transport = await SpdyUpgrade.AcceptAsync(call.Http, Protocol);
        using var connection = new SpdyConnection(transport);
        var halves = new ConcurrentDictionary<string, SpdyStream>(StringComparer.Ordinal);
        var forwards = new ConcurrentBag<Task>();
        try
        {
            await connection.RunAsync(stream =>
            {
                // A pair is one connection: first the stream for what goes wrong, then that for the bytes.
                if (stream.Header("streamtype") == "error")
                    halves[stream.Header("requestid")] = stream;
                else if (halves.TryRemove(stream.Header("requestid"), out var error))
                    forwards.Add(ForwardAsync(address, stream, error, over.Token));
            }, over.Token);
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(forwards);
        }
    }

    private async Task ForwardAsync(IPAddress address, SpdyStream data, SpdyStream error, CancellationToken cancellationToken)
    {
        try
        {
            var fault = await CarryAsync(address, data.Header("port"), socket => CopyAsync(data, socket, cancellationToken), cancellationToken);
            if (fault.Length > 0)
                await error.WriteAsync(Encoding.UTF8.GetBytes(fault), cancellationToken);
            await error.FinishAsync(cancellationToken);
            await data.FinishAsync(cancellationToken);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // One of the two sides is gone, and so is the connection between them.
        }
    }

    /// <returns>Why there was no connection; "" when there was one.</returns>
    private async Task<string> CarryAsync(IPAddress address, string portText, Func<Socket, Task> carry, CancellationToken cancellationToken)
    {
        if (!ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            return $"'{portText}' is not a port";
        using var timely = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timely.CancelAfter(ConnectTime);
        try
        {
            using var socket = await parts.ConnectToPod(new(address, port), timely.Token);
            await carry(socket);
            return "";
        }
        catch (SocketException refused)
        {
            return $"error forwarding port {port}: {refused.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"error forwarding port {port}: nobody answers at {address}";
        }
    }

    private static async Task CopyAsync(SpdyStream data, Socket socket, CancellationToken cancellationToken)
    {
        await using var server = new NetworkStream(socket);
        var sending = SendAsync(data, server, socket, cancellationToken);
        await server.CopyToAsync(data, cancellationToken);
        await data.EndOutputAsync(cancellationToken);
        await sending;
    }

    private static async Task SendAsync(SpdyStream data, NetworkStream server, Socket socket, CancellationToken cancellationToken)
    {
        await data.CopyToAsync(server, cancellationToken);
        socket.Shutdown(SocketShutdown.Send);
    }
}
