using System.Buffers;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Streaming;

/// <summary>Several streams over one WebSocket: the first byte of each message says of which it is (channel.k8s.io, versions 4 and 5).</summary>
internal sealed class ChannelSocket(string protocol) : IDisposable
{
    public const string Version5 = "v5.channel.k8s.io", Version4 = "v4.channel.k8s.io";

    private readonly TaskCompletionSource<WebSocket> connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim sending = new(1);

    /// <summary>The first of these protocols that the client offers; null for none.</summary>
    public static string? Protocol(HttpContext http, params IEnumerable<string> known) => known.FirstOrDefault(http.WebSockets.WebSocketRequestedProtocols.Contains);

    public async Task ConnectAsync(HttpContext http) => connected.SetResult(await http.WebSockets.AcceptWebSocketAsync(protocol));

    public void Abandon() => connected.TrySetCanceled();

    /// <summary>Gives what the client sends, until it is gone; parts of messages as they come.</summary>
    public async Task ReceiveAsync(Func<byte, ReadOnlyMemory<byte>, ValueTask> take, CancellationToken cancellationToken)
    {
        var socket = await connected.Task;
        var buffer = new byte[16 * 1024];
        byte channel = 0;
        var begins = true;
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken) is { MessageType: not WebSocketMessageType.Close } message)
            {
                var content = buffer.AsMemory(0, message.Count);
                if (begins && content.Length > 0)
                {
                    channel = content.Span[0];
                    content = content[1..];
                    begins = false;
                }
                if (content.Length > 0)
                    await take(channel, content);
                begins |= message.EndOfMessage;
            }
        }
        catch (WebSocketException)
        {
            // Lost, which is as good as closed.
        }
    }

    public async ValueTask SendAsync(byte channel, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var socket = await connected.Task.WaitAsync(cancellationToken);
        await sending.WaitAsync(cancellationToken);
        var message = ArrayPool<byte>.Shared.Rent(content.Length + 1);
        try
        {
            message[0] = channel;
            content.CopyTo(message.AsMemory(1));
            await socket.SendAsync(message.AsMemory(0, content.Length + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        catch (WebSocketException e)
        {
            throw new IOException("the client is gone", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
            sending.Release();
        }
    }

    /// <summary>Nothing more will be sent.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        var socket = await connected.Task;
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken);
        }
        catch (WebSocketException e)
        {
            throw new IOException("the client is gone", e);
        }
    }

    public void Dispose()
    {
        if (connected.Task.IsCompletedSuccessfully)
            connected.Task.Result.Dispose();
        sending.Dispose();
    }
}

/// <summary>One output of a <see cref="ChannelSocket"/>.</summary>
internal sealed class ChannelStream(ChannelSocket socket, byte channel) : DuplexStream
{
    public override bool CanRead => false;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => socket.SendAsync(channel, buffer, cancellationToken);
}
