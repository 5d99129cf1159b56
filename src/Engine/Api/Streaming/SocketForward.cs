using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Streaming;

/// <summary>Connects to a port of the pod and carries the connection; gives why there was none, "" when there was one.</summary>
internal delegate Task<string> PortCarrier(string port, Func<Socket, Task> carry, CancellationToken cancellationToken);

/// <summary>
/// Connections to ports of a pod over one WebSocket, one each: the ports in their order have a channel for the bytes and one for what goes wrong. First of all
/// each channel names its port. There is no end of one direction: it is over when the pod has closed all of them, or the client the WebSocket.
/// </summary>
internal sealed class SocketForward(PortCarrier carrier, TimeProvider time)
{
    private const int MostPorts = 10;
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(10);

    public static bool IsAsked(HttpContext http) => http.WebSockets.IsWebSocketRequest && ChannelSocket.Protocol(http, ChannelSocket.Version4) is not null;

    /// <exception cref="StatusException">Before the connection is taken over: 400 for what is not a port.</exception>
    public async Task RunAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var ports = http.Request.Query["ports"].OfType<string>().SelectMany(value => value.Split(',')).ToList();
        if (ports.Count is 0 or > MostPorts || ports.Any(port => !ushort.TryParse(port, out var number) || number == 0) || ports.Distinct(StringComparer.Ordinal).Count() < ports.Count)
            throw StatusException.BadRequest($"ports must be 1 to {MostPorts} different numbers from 1 to 65535, as in ?ports=80&ports=443");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var socket = new ChannelSocket(ChannelSocket.Version4);
        await socket.ConnectAsync(http);
        var inputs = ports.Select(_ => new Pipe()).ToList();
        var forwarding = Task.WhenAll(ports.Select((port, i) => ForwardAsync(socket, port, 2 * i, inputs[i].Reader.AsStream(), over.Token)));
        var receiving = socket.ReceiveAsync(async (channel, content) =>
        {
            if (channel % 2 == 0 && channel / 2 < inputs.Count)
                await inputs[channel / 2].Writer.WriteAsync(content, over.Token);
        }, over.Token);
        try
        {
            if (await Task.WhenAny(forwarding, receiving) == forwarding)
            {
                await forwarding;
                await socket.CloseAsync(over.Token);
                // The client closes the connection, once it has read all.
                await Task.WhenAny(receiving, Task.Delay(GoodbyeTime, time, over.Token));
            }
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAny(Task.WhenAll(forwarding, receiving));
        }
    }

    private async Task ForwardAsync(ChannelSocket socket, string port, int channel, Stream input, CancellationToken cancellationToken)
    {
        var (data, error) = ((byte)channel, (byte)(channel + 1));
        var name = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(name, ushort.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
        await socket.SendAsync(data, name, cancellationToken);
        await socket.SendAsync(error, name, cancellationToken);
        var fault = "";
        try
        {
            fault = await carrier(port, connection => CarryAsync(connection, input, new ChannelStream(socket, data), cancellationToken), cancellationToken);
        }
        catch (IOException lost) when (lost.InnerException is SocketException)
        {
            fault = $"error forwarding port {port}: {lost.Message}";
        }
        await input.DisposeAsync(); // What still comes is dropped.
        if (fault.Length > 0)
            await socket.SendAsync(error, Encoding.UTF8.GetBytes(fault), cancellationToken);
    }

    private static async Task CarryAsync(Socket connection, Stream input, Stream output, CancellationToken cancellationToken)
    {
        await using var server = new NetworkStream(connection);
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = input.CopyToAsync(server, closed.Token);
        await server.CopyToAsync(output, cancellationToken);
        await closed.CancelAsync();
        await Task.WhenAny(sending);
    }
}
