using System.Buffers;
using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace Kontrakt.Kubernetes.Client;

/// <summary>One connection to a port of a pod, over a WebSocket of its own.</summary>
internal sealed class ForwardedConnection(WebSocket socket, string what)
{
    private const byte DataChannel = 0, ErrorChannel = 1;
    private const int PortBytes = 2;
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMinutes(1);
    private readonly SocketChannels channels = new(socket, what);
    private readonly int[] announced = new int[2];
    private readonly ArrayBufferWriter<byte> fault = new();
    private long heard;

    /// <summary>
    /// Carries bytes both ways until the pod's side closes, or the local one is gone. The protocol has no end of one direction: the pod does not learn that the local side
    /// sends no more. So it has a minute for each further part of its answer.
    /// </summary>
    /// <exception cref="KubernetesException">The port could not be reached, or the connection was lost.</exception>
    /// <exception cref="IOException">The local side is gone.</exception>
    public async Task CarryAsync(Stream local, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var receiving = channels.ReceiveAsync(part => TakeAsync(local, part, over.Token), over.Token);
        var sending = SendAsync(local, over.Token);
        try
        {
            if (await Task.WhenAny(receiving, sending) == sending)
            {
                await sending;
                for (var before = -1L; !receiving.IsCompleted && before != Interlocked.Read(ref heard);)
                {
                    before = Interlocked.Read(ref heard);
                    await Task.WhenAny(receiving, Task.Delay(AnswerTime, over.Token));
                }
                if (!receiving.IsCompleted)
                    return;
            }
            await receiving;
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAny(Task.WhenAll(receiving, sending));
        }
        if (fault.WrittenCount > 0)
            throw new KubernetesException($"{what}: {Encoding.UTF8.GetString(fault.WrittenSpan).Trim()}", HttpStatusCode.BadGateway, "", []);
    }

    private async ValueTask<bool> TakeAsync(Stream local, ChannelPart part, CancellationToken cancellationToken)
    {
        if (part.Channel is not (DataChannel or ErrorChannel))
            return true;
        Interlocked.Increment(ref heard);
        // First of all each channel says the port that it is of.
        var skip = Math.Min(PortBytes - announced[part.Channel], part.Content.Length);
        announced[part.Channel] += skip;
        if (part.Channel == DataChannel)
            await local.WriteAsync(part.Content[skip..], cancellationToken);
        else
            fault.Write(part.Content.Span[skip..]);
        return true;
    }

    private async Task SendAsync(Stream local, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await local.ReadAsync(buffer, cancellationToken) is > 0 and var read)
                await channels.SendAsync(DataChannel, buffer.AsMemory(0, read), cancellationToken);
        }
        catch (WebSocketException)
        {
            // What is received says why.
        }
    }
}
