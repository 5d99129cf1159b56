using System.Net;
using System.Net.Sockets;
using Kontrakt.Engine.Pods.Network;

namespace Engine.Tests.Pods.Network;

/// <summary>Sockets of a pod, without a container: they are opened in its network.</summary>
internal static class PodSockets
{
    internal static Socket Listen(PodAttachment pod, int port) => pod.NetworkNamespace.Run(() =>
    {
        var socket = Tcp(AddressFamily.InterNetwork);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        socket.Listen(1024);
        return socket;
    });

    internal static async Task<Socket> ConnectAsync(PodAttachment pod, IPEndPoint endPoint)
    {
        var socket = pod.NetworkNamespace.Run(() => Tcp(endPoint.AddressFamily));
        try
        {
            await socket.ConnectAsync(endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket Tcp(AddressFamily family) => new(family, SocketType.Stream, ProtocolType.Tcp);
}
