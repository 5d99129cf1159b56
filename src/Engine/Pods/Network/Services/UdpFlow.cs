using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Kontrakt.Engine.Pods.Network.Services;

/// <summary>One client's datagrams to one endpoint of a service, and the answers.</summary>
/// <param name="service">Answers go out here, so that they come from the service's address.</param>
/// <param name="connected">To the endpoint.</param>
internal sealed class UdpFlow(Socket service, IPEndPoint client, IPEndPoint endpoint, Socket connected) : IDisposable
{
    private const int LongestDatagram = 65_507;
    private readonly CancellationTokenSource silent = new();

    internal IPEndPoint Client => client;
    internal IPEndPoint Endpoint => endpoint;

    /// <summary>A datagram may be lost, like any.</summary>
    internal async Task SendAsync(ReadOnlyMemory<byte> datagram)
    {
        try
        {
            await connected.SendAsync(datagram, SocketFlags.None);
        }
        catch (Exception lost) when (lost is SocketException or ObjectDisposedException)
        {
            // Nobody listens at the endpoint, or it was taken away just now.
        }
    }

    /// <summary>Carries answers until there has been none for a while.</summary>
    internal async Task ReturnAsync(TimeSpan silence, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silent.Token);
        while (true)
        {
            over.CancelAfter(silence);
            try
            {
                await connected.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, over.Token);
                await AnswerAsync(over.Token);
            }
            catch (SocketException refused) when (refused.SocketErrorCode is SocketError.ConnectionRefused or SocketError.HostUnreachable)
            {
                // The endpoint does not listen now; it may, later.
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        silent.Cancel();
        connected.Dispose();
    }

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LongestDatagram);
        try
        {
            var count = await connected.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            await service.SendToAsync(buffer.AsMemory(0, count), SocketFlags.None, client, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
