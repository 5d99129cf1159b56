using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Streaming;

/// <summary>A command's streams over a WebSocket; only version 5 can end the input while it reads the output.</summary>
internal sealed class SocketExecStreams(string protocol) : IExecStreams
{
    private const byte InputChannel = 0, OutputChannel = 1, ErrorChannel = 2, OutcomeChannel = 3, CloseChannel = 255;

    private readonly ChannelSocket socket = new(protocol);
    private readonly Pipe input = new();

    public Stream Input => input.Reader.AsStream();
    public Stream Output => new ChannelStream(socket, OutputChannel);
    public Stream Error => new ChannelStream(socket, ErrorChannel);

    /// <summary>The version to speak, the newest that both know; null for none.</summary>
    public static string? Protocol(HttpContext http) => ChannelSocket.Protocol(http, ChannelSocket.Version5, ChannelSocket.Version4);

    public Task ConnectAsync(HttpContext http) => socket.ConnectAsync(http);

    public void Abandon() => socket.Abandon();

    public async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await socket.ReceiveAsync((channel, content) => TakeAsync(channel, content, cancellationToken), cancellationToken);
        }
        finally
        {
            await input.Writer.CompleteAsync();
        }
    }

    public async Task FinishAsync(JsonObject status, CancellationToken cancellationToken)
    {
        await socket.SendAsync(OutcomeChannel, JsonSerializer.SerializeToUtf8Bytes(status), cancellationToken);
        await socket.CloseAsync(cancellationToken);
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask TakeAsync(byte channel, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (channel == CloseChannel && content.Span[0] == InputChannel)
            await input.Writer.CompleteAsync();
        else if (channel == InputChannel)
            await input.Writer.WriteAsync(content, cancellationToken);
    }
}
