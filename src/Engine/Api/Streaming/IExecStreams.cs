using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Streaming;

/// <summary>The streams of a command, over whatever the client speaks. They may be used before there is a connection: they wait for it.</summary>
internal interface IExecStreams : IDisposable
{
    Stream Input { get; }
    Stream Output { get; }
    Stream Error { get; }

    Task ConnectAsync(HttpContext http);

    /// <summary>Reads what the client sends, until it is gone.</summary>
    Task ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Says how the command ended, and that nothing more comes.</summary>
    Task FinishAsync(JsonObject status, CancellationToken cancellationToken);

    /// <summary>No connection came to be, or it is over: whoever waits learns it.</summary>
    void Abandon();
}
