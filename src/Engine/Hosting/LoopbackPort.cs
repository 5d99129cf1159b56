using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Kontrakt.Engine.Hosting;

/// <summary>
/// A port on loopback that stays the same from one engine to the next: the registry's is part of every image's name, and a new one would make
/// every image a new one.
/// </summary>
internal static class LoopbackPort
{
    /// <summary>Listens on the port that the file remembers; on a new one where there is none, or where it is somebody else's now.</summary>
    public static Socket Listen(string file)
    {
        if (Remembered(file) is { } port && Listen(port) is { } again)
            return again;
        var socket = Listen(0) ?? throw new IOException("no port on 127.0.0.1 is free");
        File.WriteAllText(file, EndPoint(socket).Port.ToString(CultureInfo.InvariantCulture));
        return socket;
    }

    /// <summary>Where a socket that is bound is bound to.</summary>
    public static IPEndPoint EndPoint(Socket socket) => socket.LocalEndPoint as IPEndPoint ?? throw new InvalidOperationException("the socket is not bound");

    private static int? Remembered(string file) =>
        File.Exists(file) && int.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= IPEndPoint.MaxPort ? port : null;

    /// <param name="port">0 for any.</param>
    /// <returns>null where it is somebody else's.</returns>
    public static Socket? Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(512);
            return socket;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            socket.Dispose();
            return null;
        }
    }
}
