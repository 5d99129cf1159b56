using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Kontrakt.Engine.Pods.Network.Services;
using Microsoft.Extensions.Logging;

namespace Kontrakt.Engine.Pods.Network.Dns;

/// <summary>The name server of all pods, by UDP and TCP.</summary>
/// <param name="missing">Gets every name that does not exist, and who asked for it.</param>
public sealed class ClusterDns(NodeNetwork network, ClusterZone zone, ILogger logger, Action<IPAddress, DnsName>? missing = null)
{
    private const int Port = 53;
    private const int PlainPayload = 512;
    private const int LongestPayload = 1232;
    private const int LongestMessage = ushort.MaxValue;
    private const int Connections = 256;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    /// <summary>Answers until it is cancelled.</summary>
    /// <exception cref="SocketException">Its address is in use.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var address = new IPEndPoint(ClusterAddresses.Dns, Port);
        using var datagrams = network.BindDatagrams(address);
        using var listener = network.Listen(address);
        await using var traffic = new ServiceTraffic(logger, Connections);
        var accepting = traffic.AcceptAsync(listener, client => ConverseAsync(client, traffic.Stopped));
        await ReceiveAsync(datagrams, cancellationToken);
        listener.Dispose();
        await accepting;
    }

    /// <summary>The answer to a message; null for what gets none.</summary>
    /// <param name="stream">It goes by TCP, and may be as long as it is.</param>
    internal byte[]? Answer(ReadOnlySpan<byte> message, bool stream, IPAddress? source = null)
    {
        if (DnsRequest.Parse(message) is not { } request)
            return null;
        var limit = stream ? LongestMessage : Math.Clamp((int)(request.PayloadSize ?? PlainPayload), PlainPayload, LongestPayload);
        return DnsWriter.Write(request, Answer(request, source), limit);
    }

    private DnsAnswer Answer(DnsRequest request, IPAddress? source)
    {
        if (request.Fault is { } fault || request.Name is null)
            return new(request.Fault ?? DnsResponseCode.FormatError);
        try
        {
            var answer = zone.Answer(request.Name, request.Type);
            if (answer.Code == DnsResponseCode.NameError && source is not null)
                missing?.Invoke(source, request.Name);
            return answer;
        }
        // One question that goes wrong is not the others'.
        catch (Exception failure)
        {
            logger.LogError(failure, "the name {Name} could not be answered for", request.Name);
            return new(DnsResponseCode.ServerFailure);
        }
    }

    private async Task ReceiveAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestMessage];
        while (!cancellationToken.IsCancellationRequested)
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancellationToken);
                if (Answer(buffer.AsSpan(0, received.ReceivedBytes), stream: false, SourceLimit.SourceOf(received.RemoteEndPoint)) is { } answer)
                    await socket.SendToAsync(answer, received.RemoteEndPoint, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException lost)
            {
                // The client is gone, or there is no way back to it: the next may be luckier.
                if (logger.IsEnabled(LogLevel.Debug))
                    logger.LogDebug("an answer to a name was not delivered: {Reason}", lost.Message);
            }
    }

    /// <summary>One question after another, each with its length before it.</summary>
    private async Task ConverseAsync(Socket client, CancellationToken stopped)
    {
        using var closing = client;
        await using var stream = new NetworkStream(client);
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        var length = new byte[2];
        var source = SourceLimit.SourceOf(client.RemoteEndPoint);
        try
        {
            while (true)
            {
                idle.CancelAfter(Idle);
                await stream.ReadExactlyAsync(length, idle.Token);
                var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(message, idle.Token);
                if (Answer(message, stream: true, source) is not { } answer)
                    return;
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                await stream.WriteAsync((byte[])[.. length, .. answer], idle.Token);
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
            // It has asked all it wanted to, or has been silent for too long.
        }
    }
}
