using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Streaming;

/// <summary>
/// Several streams over one WebSocket: the first byte of each message says of which it is (channel.k8s.io, versions 4 and 5; only 5 can end
/// the input while it reads the output).
/// </summary>
internal sealed class ChannelSocket(string protocol) : IExecStreams
{
    private const byte InputChannel = 0, OutputChannel = 1, ErrorChannel = 2, OutcomeChannel = 3, CloseChannel = 255;
    private const string Version5 = "v5.channel.k8s.io", Version4 = "v4.channel.k8s.io";

    private readonly TaskCompletionSource<WebSocket> connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim sending = new(1);
    private readonly Pipe input = new();

    public Stream Input => input.Reader.AsStream();
    public Stream Output => new ChannelStream(this, OutputChannel);
    public Stream Error => new ChannelStream(this, ErrorChannel);

    /// <summary>The version to speak, the newest that both know; null for none.</summary>
    public static string? Protocol(HttpContext http) =>
        new[] { Version5, Version4 }.FirstOrDefault(http.WebSockets.WebSocketRequestedProtocols.Contains);

    public async Task ConnectAsync(HttpContext http) => connected.SetResult(await http.WebSockets.AcceptWebSocketAsync(protocol));

    public void Abandon() => connected.TrySetCanceled();

    public async Task ReceiveAsync(CancellationToken cancellationToken)
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
                }
                begins = message.EndOfMessage;
                await TakeAsync(channel, content, cancellationToken);
            }
        }
        catch (WebSocketException)
        {
            // Lost, which is as good as closed.
        }
        finally
        {
            await input.Writer.CompleteAsync();
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

    public async Task FinishAsync(JsonObject status, CancellationToken cancellationToken)
    {
        await SendAsync(OutcomeChannel, JsonSerializer.SerializeToUtf8Bytes(status), cancellationToken);
        var socket = await connected.Task;
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken);
    }

    public void Dispose()
    {
        if (connected.Task.IsCompletedSuccessfully)
            connected.Task.Result.Dispose();
        sending.Dispose();
    }

    private async Task TakeAsync(byte channel, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (channel == CloseChannel && content.Length > 0 && content.Span[0] == InputChannel)
            await input.Writer.CompleteAsync();
        else if (channel == InputChannel && content.Length > 0)
            await input.Writer.WriteAsync(content, cancellationToken);
    }
}

/// <summary>One output of a <see cref="ChannelSocket"/>.</summary>
internal sealed class ChannelStream(ChannelSocket socket, byte channel) : DuplexStream
{
    public override bool CanRead => false;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => socket.SendAsync(channel, buffer, cancellationToken);
}
