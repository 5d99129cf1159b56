using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Streaming.Spdy;

/// <summary>A command's streams over SPDY (remotecommand, version 4), as kubectl up to 1.30 speaks it.</summary>
internal sealed class SpdyExecStreams : IExecStreams
{
    public const string Protocol = "v4.channel.k8s.io";

    private readonly Dictionary<string, TaskCompletionSource<Stream>> streams = new[] { "error", "stdin", "stdout", "stderr" }
        .ToDictionary(type => type, _ => new TaskCompletionSource<Stream>(TaskCreationOptions.RunContinuationsAsynchronously));

    private Stream? transport;
    private SpdyConnection? connection;

    public Stream Input => new DeferredStream(streams["stdin"].Task);
    public Stream Output => new DeferredStream(streams["stdout"].Task);
    public Stream Error => new DeferredStream(streams["stderr"].Task);

    public async Task ConnectAsync(HttpContext http)
    {
        transport = await SpdyUpgrade.AcceptAsync(http, Protocol);
        connection = new(transport);
    }

    public Task ReceiveAsync(CancellationToken cancellationToken) => (connection ?? throw new InvalidOperationException("not connected")).RunAsync(stream =>
    {
        if (streams.TryGetValue(stream.Header("streamtype"), out var coming))
            coming.TrySetResult(stream);
    }, cancellationToken);

    public async Task FinishAsync(JsonObject status, CancellationToken cancellationToken)
    {
        var outcome = await streams["error"].Task.WaitAsync(cancellationToken);
        await outcome.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(status), cancellationToken);
        foreach (var type in new[] { "stdout", "stderr", "error" })
            if (streams[type].Task is { IsCompletedSuccessfully: true, Result: SpdyStream stream })
                await stream.FinishAsync(cancellationToken);
    }

    public void Abandon()
    {
        foreach (var stream in streams.Values)
            stream.TrySetCanceled();
    }

    public void Dispose()
    {
        connection?.Dispose();
        transport?.Dispose();
    }
}
