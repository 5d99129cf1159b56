using Microsoft.AspNetCore.Connections;

namespace Kontrakt.Engine.Registry;

/// <summary>A client that went away in the middle of its request: no fault of the server's, and nobody to be answered.</summary>
internal static class ClientReset
{
    public static bool Is(Exception exception) => exception is ConnectionResetException or ConnectionAbortedException;
}
