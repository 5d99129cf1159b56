using System.Net.WebSockets;
using System.Text;

namespace Kubernetes.Tests.Client;

/// <summary>The server's side of a WebSocket with channels.</summary>
internal static class SocketTalk
{
    public static Task SayAsync(this WebSocket socket, byte channel, string text) =>
        socket.SendAsync(new byte[] { channel }.Concat(Encoding.UTF8.GetBytes(text)).ToArray(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    /// <summary>The next message of at most 1000 bytes; null when the client has gone.</summary>
    public static async Task<byte[]?> HearAsync(this WebSocket socket)
    {
        var buffer = new byte[1000];
        try
        {
            var message = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            return message.MessageType == WebSocketMessageType.Close ? null : buffer[..message.Count];
        }
        catch (WebSocketException)
        {
            return null;
        }
    }
}
