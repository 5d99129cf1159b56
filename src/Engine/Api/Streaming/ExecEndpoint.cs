using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Streaming.Spdy;
using Kontrakt.Engine.Pods;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Kontrakt.Engine.Api.Streaming;

/// <summary>pods/exec: a command in a container, its streams over a WebSocket or SPDY.</summary>
internal sealed class ExecEndpoint(ApiParts parts)
{
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(10);

    /// <exception cref="StatusException">Before the connection is taken over: 404, or 400 for what cannot be run or not be spoken.</exception>
    public async Task RunAsync(ApiCall call)
    {
        var pod = parts.Objects.Store.Get(call.Key);
        using var streams = Streams(call.Http);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted, parts.Stopping);
        var running = Begin(call, pod, streams, over.Token);
        var isConnected = false;
        try
        {
            await streams.ConnectAsync(call.Http);
            isConnected = true;
            var receiving = streams.ReceiveAsync(over.Token);
            if (await Task.WhenAny(running, receiving) == receiving)
                await over.CancelAsync(); // Nobody is left to see what the command does.
            var outcome = await OutcomeAsync(call, running);
            await streams.FinishAsync(outcome, over.Token);
            // The client closes the connection, once it has read all.
            await Task.WhenAny(receiving, Task.Delay(GoodbyeTime, parts.Time, over.Token));
        }
        catch (Exception gone) when (isConnected && gone is OperationCanceledException or IOException or InvalidDataException)
        {
            // The client is gone, or says what makes no sense: there is nobody to answer.
        }
        finally
        {
            streams.Abandon();
            await over.CancelAsync();
            await Task.WhenAny(running);
        }
    }

    private Task<int> Begin(ApiCall call, StoredObject pod, IExecStreams streams, CancellationToken cancellationToken)
    {
        var (input, output, error) = (call.Query.Flag("stdin"), call.Query.Flag("stdout"), call.Query.Flag("stderr"));
        if (!input && !output && !error)
            throw StatusException.BadRequest("you must specify at least 1 of stdin, stdout, stderr");
        if (call.Query.Flag("tty"))
            throw StatusException.BadRequest("the embedded engine gives commands no terminal; leave out -t, or set KontraktKubeContext to a cluster");
        var container = call.Query.Text("container") is { Length: > 0 } name ? name : null;
        var request = new PodExecRequest(container, [.. call.Http.Request.Query["command"].OfType<string>()],
            input ? streams.Input : null, output ? streams.Output : Stream.Null, error ? streams.Error : Stream.Null);
        return parts.Exec.ExecAsync(pod, request, cancellationToken);
    }

    private async Task<JsonObject> OutcomeAsync(ApiCall call, Task<int> running)
    {
        try
        {
            return await running is 0 ? new() { ["metadata"] = new JsonObject(), ["status"] = "Success" } : NonZero(running.Result);
        }
        catch (StatusException refused)
        {
            return refused.ToJson();
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            parts.Logger.LogError(failed, "exec in {Pod} failed", call.Key);
            return new StatusException(500, "InternalError", $"Internal error occurred: {failed.Message}").ToJson();
        }
    }

    private static JsonObject NonZero(int exitCode) => new()
    {
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = $"command terminated with non-zero exit code: exit status {exitCode}",
        ["reason"] = "NonZeroExitCode",
        ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = exitCode.ToString(CultureInfo.InvariantCulture) }) },
    };

    private static IExecStreams Streams(HttpContext http)
    {
        if (SpdyUpgrade.IsAsked(http, SpdyExecStreams.Protocol))
            return new SpdyExecStreams();
        if (!http.WebSockets.IsWebSocketRequest)
            throw StatusException.BadRequest($"to run a command, upgrade the connection to a WebSocket or SPDY/3.1 with {SpdyExecStreams.Protocol}, as kubectl does");
        return SocketExecStreams.Protocol(http) is { } protocol
            ? new SocketExecStreams(protocol)
            : throw StatusException.BadRequest("none of the WebSocket's protocols is known here: v5.channel.k8s.io, v4.channel.k8s.io");
    }
}

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
