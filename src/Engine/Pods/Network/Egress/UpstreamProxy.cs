using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kontrakt.Engine.Pods.Network.Egress;

/// <summary>The machine's own way out. Pods never see its address or its credentials.</summary>
internal sealed class UpstreamProxy(Uri address, ICredentials? credentials)
{
    private const int LongestAnswer = 16 * 1024;

    /// <exception cref="IOException">It does not speak HTTP, or refuses.</exception>
    /// <exception cref="SocketException">It does not answer.</exception>
    public async Task<Socket> ConnectAsync(ProxyRequest request, CancellationToken cancellationToken)
    {
        if (address.Scheme != Uri.UriSchemeHttp)
            throw new IOException($"the machine's proxy is reached by {address.Scheme}, and the engine reaches those of http only");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.IdnHost, address.Port, cancellationToken);
            await SendAsync(socket, request.HeadForProxy(Credentials()), cancellationToken);
            if (request.IsTunnel)
                await ReadAnswerAsync(socket, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private string? Credentials() => credentials?.GetCredential(address, "Basic") is { } known ? $"{known.UserName}:{known.Password}" : null;

    /// <summary>Byte by byte: what comes behind the empty line is the server's.</summary>
    private static async Task ReadAnswerAsync(Socket socket, CancellationToken cancellationToken)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^4..] is [(byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n']))
        {
            if (head.Count == LongestAnswer || await socket.ReceiveAsync(one, SocketFlags.None, cancellationToken) == 0)
                throw new IOException("the machine's proxy did not answer as a proxy does");
            head.Add(one[0]);
        }
        var first = Encoding.Latin1.GetString([.. head]).Split("\r\n")[0];
        if (first.Split(' ') is not [_, ['2', _, _], ..])
            throw new IOException($"the machine's proxy answered '{first}'");
    }

    internal static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
    }
}
