using System.Buffers;
using System.Net.Sockets;

namespace Kontrakt.Engine.Pods.Network.Services;

/// <summary>
/// Carries bytes between two connections, both ways, until both ways have ended. One side's end of sending is passed on as just that; a
/// connection that breaks breaks the other. A connection that is silent holds no buffer.
/// </summary>
internal static class TcpRelay
{
    private const int BufferSize = 32 * 1024;

    /// <summary>Closes both at the end.</summary>
    internal static async Task RunAsync(Socket client, Socket server, CancellationToken cancellationToken)
    {
        using (client)
        using (server)
        using (cancellationToken.Register(() => Break(client, server)))
        {
            NoticeDeath(client);
            NoticeDeath(server);
            await Task.WhenAll(CarryAsync(client, server), CarryAsync(server, client));
        }
    }

    /// <summary>Ends a connection with a reset, so that its other side sees a failure and no end of data.</summary>
    internal static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It is closed already, or the other side has reset it.
        }
        socket.Dispose();
    }

    private static async Task CarryAsync(Socket from, Socket to)
    {
        try
        {
            while (true)
            {
                await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                if (!await PassOnAsync(from, to))
                    return;
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            Break(from, to);
        }
    }

    /// <returns>There may be more.</returns>
    private static async Task<bool> PassOnAsync(Socket from, Socket to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var count = await from.ReceiveAsync(buffer, SocketFlags.None);
            return await SendAsync(to, buffer.AsMemory(0, count));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <returns>It was taken. If not, what the receiver had sent before may still be on its way to us: the other direction finds its end.</returns>
    private static async Task<bool> SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (bytes.Length == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return false;
            }
            while (bytes.Length > 0)
                bytes = bytes[await to.SendAsync(bytes, SocketFlags.None)..];
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Break(Socket one, Socket other)
    {
        Reset(one);
        Reset(other);
    }

    /// <summary>A pod that is taken away says no farewell.</summary>
    private static void NoticeDeath(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }
}
