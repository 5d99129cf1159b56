using System.Net;
using System.Net.Sockets;

namespace Kontrakt.Engine.Pods.Probes;

/// <summary>Connects to pods from the node, as the kubelet does; failures are worded as Go's net package words them.</summary>
internal sealed class PodDialer(Func<IPEndPoint, CancellationToken, Task<Socket>> connect)
{
    /// <exception cref="IOException">Nobody listens there.</exception>
    public async Task<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        try
        {
            return await connect(endPoint, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new IOException($"dial tcp {endPoint}: connect: {Text(e)}", e);
        }
    }

    private static string Text(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network is unreachable",
        SocketError.TimedOut => "connection timed out",
        _ => e.Message,
    };
}
