using System.Net.Sockets;
using System.Text;
using Kontrakt.Engine.Pods.Network.Services;
using Kontrakt.Engine.Store;
using Microsoft.Extensions.Logging;

namespace Kontrakt.Engine.Pods.Network.Egress;

/// <summary>The way out of the engine's network: a forward proxy for HTTP, and by CONNECT for all that goes through one. It resolves names as this machine does.</summary>
internal sealed class EgressProxy(NodeNetwork node, PodNetwork pods, OutsideDialer dialer, ObjectStore store, EgressNotices notices, ILogger logger)
{
    public const int Port = 3128;
    private const int Connections = 2048, ConnectionsOfOne = 512;
    private const int LongestHead = 64 * 1024;
    private const int LongestRest = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), PatienceForTheRest = TimeSpan.FromSeconds(5);

    /// <summary>Serves until it is cancelled.</summary>
    /// <exception cref="SocketException">Its address is in use.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var listener = node.Listen(new(ClusterAddresses.Egress, Port));
        await using var traffic = new ServiceTraffic(logger, Connections, ConnectionsOfOne);
        await using var stopping = cancellationToken.Register(listener.Dispose);
        await traffic.AcceptAsync(listener, client => ServeAsync(client, traffic.Stopped));
    }

    private async Task ServeAsync(Socket client, CancellationToken stopped)
    {
        using var closing = client;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        patience.CancelAfter(Patience);
        var pod = pods.At(SourceLimit.SourceOf(client.RemoteEndPoint));
        ProxyRequest? request = null;
        Socket server;
        try
        {
            request = await ReadAsync(client, patience.Token);
            if (request is null)
                return;
            if (pod is null)
                throw new EgressRefusedException("this address is not a pod's");
            server = await dialer.ConnectAsync(request, EgressPolicy.Of(store, pod.Namespace), pod.Namespace, patience.Token);
        }
        catch (Exception failed) when (failed is FormatException or EgressRefusedException or SocketException or IOException or OperationCanceledException)
        {
            if (pod is not null && failed is EgressRefusedException)
                notices.Refused(pod, failed.Message);
            await AnswerAsync(client, failed, request?.Authority);
            return;
        }
        using (server)
        {
            try
            {
                if (request.IsTunnel)
                    await UpstreamProxy.SendAsync(client, "HTTP/1.1 200 Connection Established\r\n\r\n"u8.ToArray(), patience.Token);
                await UpstreamProxy.SendAsync(server, request.Rest, patience.Token);
            }
            catch (Exception gone) when (gone is SocketException or OperationCanceledException)
            {
                return;
            }
            await TcpRelay.RunAsync(client, server, stopped);
        }
    }

    /// <returns>null: it has gone without a word.</returns>
    private static async Task<ProxyRequest?> ReadAsync(Socket client, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestHead];
        for (var count = 0; ;)
        {
            var read = await client.ReceiveAsync(buffer.AsMemory(count), SocketFlags.None, cancellationToken);
            if (read == 0)
                return count == buffer.Length ? throw new FormatException("the head of the request is longer than 64 KiB") : null;
            count += read;
            var end = buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8) + 4;
            if (end >= 4)
                return ProxyRequest.Parse(buffer.AsSpan(0, end), buffer.AsMemory(end, count - end));
        }
    }

    /// <summary>Clients show the status line of a CONNECT that failed, and the body of nothing else.</summary>
    private static async Task AnswerAsync(Socket client, Exception failed, string? authority)
    {
        var (code, text) = failed switch
        {
            FormatException => (400, failed.Message),
            EgressRefusedException => (403, failed.Message),
            OperationCanceledException => (504, $"{authority ?? "the request"} took longer than {Patience.TotalSeconds:0} s"),
            SocketException { SocketErrorCode: SocketError.HostNotFound } => (502, $"the name of {authority} does not exist, as this machine resolves names"),
            _ => (502, $"{authority} cannot be reached from this machine: {failed.Message}"),
        };
        var line = text.ReplaceLineEndings(" ");
        var body = Encoding.UTF8.GetBytes($"kontrakt: {line}\n");
        try
        {
            await UpstreamProxy.SendAsync(client, Encoding.UTF8.GetBytes($"HTTP/1.1 {code} {line}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), CancellationToken.None);
            await UpstreamProxy.SendAsync(client, body, CancellationToken.None);
            client.Shutdown(SocketShutdown.Send);
            await DrainAsync(client);
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException)
        {
            // It did not wait for the answer, or sends without an end.
        }
    }

    /// <summary>A socket that is closed with something unread resets the connection, and its client may never see the answer: a part of a body is read first.</summary>
    private static async Task DrainAsync(Socket client)
    {
        using var patience = new CancellationTokenSource(PatienceForTheRest);
        var buffer = new byte[16 * 1024];
        for (var left = LongestRest; left > 0;)
        {
            var read = await client.ReceiveAsync(buffer, SocketFlags.None, patience.Token);
            if (read == 0)
                return;
            left -= read;
        }
    }
}
