using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;

namespace Kontrakt.Kubernetes.Client;

/// <summary>A command in a container, from its start to its exit code.</summary>
internal sealed class RemoteCommand(ExecRequest request, WebSocket socket, string what)
{
    private const byte InputChannel = 0, OutputChannel = 1, ErrorChannel = 2, OutcomeChannel = 3, SizeChannel = 4, CloseChannel = 255;
    private const byte EndOfInput = 4; // Ctrl+D
    private const int MostOutcome = 1024 * 1024;
    private readonly SocketChannels channels = new(socket, what);
    private readonly ArrayBufferWriter<byte> outcome = new();
    private bool isOver;

    /// <exception cref="KubernetesException">It could not be run, or the connection was lost before it ended.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var receiving = channels.ReceiveAsync(part => TakeAsync(part, over.Token), over.Token);
        var (input, sizes) = (SendInputAsync(over.Token), SendSizesAsync(over.Token));
        try
        {
            // What is sent may end early; one that fails ends all.
            List<Task> open = [receiving, input, sizes];
            while (!receiving.IsCompleted)
            {
                var ended = await Task.WhenAny(open);
                open.Remove(ended);
                await ended;
            }
            await receiving;
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAny(Task.WhenAll(receiving, input, sizes));
        }
        return isOver ? ExitCode() : throw new KubernetesException($"{what}: the connection was closed before the command ended", null, "", []);
    }

    private async ValueTask<bool> TakeAsync(ChannelPart part, CancellationToken cancellationToken)
    {
        if (part.Channel == OutcomeChannel)
        {
            if (outcome.WrittenCount + part.Content.Length > MostOutcome)
                throw new KubernetesException($"{what}: how the command ended has more than {MostOutcome} bytes", null, "", []);
            outcome.Write(part.Content.Span);
        }
        else if ((part.Channel switch { OutputChannel => request.Output, ErrorChannel => request.Error, _ => null }) is { } stream)
        {
            await stream.WriteAsync(part.Content, cancellationToken);
            await stream.FlushAsync(cancellationToken); // Somebody may be looking at it.
        }
        isOver = part is { Channel: OutcomeChannel, IsLast: true } && outcome.WrittenCount > 0; // The server sends it last.
        return !isOver;
    }

    private async Task SendInputAsync(CancellationToken cancellationToken)
    {
        if (request.Input is not { } input)
            return;
        var buffer = new byte[16 * 1024];
        try
        {
            // A console's read ignores its token.
            while (await input.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken) is > 0 and var read)
                await channels.SendAsync(InputChannel, buffer.AsMemory(0, read), cancellationToken);
            // A terminal has no end; it is the key for it that a program reads there.
            if (!request.Terminal && socket.SubProtocol == WebSocketProtocol.V5BinaryWebsocketProtocol)
                await channels.SendAsync(CloseChannel, new[] { InputChannel }, cancellationToken);
            else
                await channels.SendAsync(InputChannel, new[] { EndOfInput }, cancellationToken);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The command has ended, or the connection: what is received says which.
        }
    }

    private async Task SendSizesAsync(CancellationToken cancellationToken)
    {
        if (request.Sizes is not { } sizes)
            return;
        try
        {
            await using var each = sizes.GetAsyncEnumerator(cancellationToken);
            // An iterator may ignore its token, as a console's read does.
            while (await each.MoveNextAsync().AsTask().WaitAsync(cancellationToken) && each.Current is var size)
                await channels.SendAsync(SizeChannel, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"Width":{{size.Columns}},"Height":{{size.Rows}}}""")), cancellationToken);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // As above.
        }
    }

    /// <summary>It has no kind. Null: it is something else, as an old runtime or a gateway writes.</summary>
    private static JsonObject? Parse(string text)
    {
        try
        {
            return ApiJson.Parse(text) is JsonObject status && status["status"]?.GetValueKind() == JsonValueKind.String ? status : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private int ExitCode()
    {
        if (Parse(Encoding.UTF8.GetString(outcome.WrittenSpan)) is not { } status)
            throw new KubernetesException($"{what}: how the command ended is not a Status", null, "", []);
        if (status["status"]?.ToString() == "Success")
            return 0;
        var failure = StatusError.From(status, HttpStatusCode.InternalServerError);
        return failure.Reason == "NonZeroExitCode" && failure.Causes.FirstOrDefault(cause => cause.Reason == "ExitCode") is { } cause
            && int.TryParse(cause.Message, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : throw failure;
    }
}
