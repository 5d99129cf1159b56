using System.Buffers;
using System.Net.WebSockets;

namespace Kontrakt.Kubernetes.Client;

/// <summary>Several streams over one WebSocket: the first byte of each message says of which it is (v4.channel.k8s.io, v5.channel.k8s.io).</summary>
internal sealed class SocketChannels(WebSocket socket, string what)
{
    private readonly Gate sending = new();

    public Task SendAsync(byte channel, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => sending.RunAsync(async () =>
    {
        var message = ArrayPool<byte>.Shared.Rent(content.Length + 1);
        try
        {
            message[0] = channel;
            content.CopyTo(message.AsMemory(1));
            await socket.SendAsync(message.AsMemory(0, content.Length + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }, cancellationToken);

    /// <summary>Gives what comes, in parts of messages, until <paramref name="take"/> wants no more or the server closes; reads on only when a part has been taken.</summary>
    /// <exception cref="KubernetesException">The connection was lost.</exception>
    public async Task ReceiveAsync(Func<ChannelPart, ValueTask<bool>> take, CancellationToken cancellationToken)
    {
        var buffer = new byte[32 * 1024];
        byte channel = 0;
        var begins = true;
        while (await NextAsync(buffer, cancellationToken) is { MessageType: not WebSocketMessageType.Close } message)
        {
            var content = buffer.AsMemory(0, message.Count);
            if (begins && content.Length > 0)
            {
                channel = content.Span[0];
                content = content[1..];
                begins = false;
            }
            if (!begins && !await take(new(channel, content, message.EndOfMessage)))
                return;
            begins = message.EndOfMessage;
        }
    }

    private async Task<ValueWebSocketReceiveResult> NextAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
        }
        catch (Exception e) when (e is WebSocketException or IOException)
        {
            throw new KubernetesException($"{what}: the connection was lost: {e.Message}", null, "", [], inner: e);
        }
    }
}

/// <summary>A part of a message; <paramref name="IsLast"/> where the message ends with it.</summary>
internal readonly record struct ChannelPart(byte Channel, ReadOnlyMemory<byte> Content, bool IsLast);
