using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Registry;

/// <summary>
/// Whose program is at the other end of a connection over this machine's loopback, as the kernel has it (proc_pid_net(5), "/proc/net/tcp"): so
/// whoever started the engine pushes without logging in, and the machine's other users do not. Pods have a loopback of their own. Root counts as well
/// where it can be known: in an engine of another user, which runs in a user namespace, all that are not in it have one and the same number.
/// </summary>
internal static class LoopbackPeer
{
    private const string Established = "01";
    private const int LocalField = 1, RemoteField = 2, StateField = 3, UserField = 7, InodeField = 9;
    private static readonly object Known = new();
    private static readonly Lazy<HashSet<string>> Owners = new(() => ["0", EffectiveUser()]);

    public static bool IsOwner(HttpContext context)
    {
        var connection = context.Connection;
        if (!OperatingSystem.IsLinux() || connection.LocalIpAddress is not { } here || connection.RemoteIpAddress is not { } there || !IPAddress.IsLoopback(here) || !IPAddress.IsLoopback(there))
            return false;
        var items = context.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items is not null && items.TryGetValue(Known, out var known))
            return known is true;
        var isOwner = UserOf(new(there, connection.RemotePort), new(here, connection.LocalPort)) is { } user && Owners.Value.Contains(user);
        items?.Add(Known, isOwner);
        return isOwner;
    }

    /// <summary>The user's number; null where the connection does not exist any more.</summary>
    private static string? UserOf(IPEndPoint peer, IPEndPoint own) =>
        UserOf("/proc/self/net/tcp", Text(peer), Text(own)) ?? UserOf("/proc/self/net/tcp6", Mapped(peer), Mapped(own));

    /// <summary>Only of a connection that a program holds: of all others the kernel says user 0, whoever had them.</summary>
    private static string? UserOf(string table, string peer, string own)
    {
        if (!File.Exists(table))
            return null;
        foreach (var line in File.ReadLines(table))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > InodeField && fields[LocalField] == peer && fields[RemoteField] == own)
                return fields[StateField] == Established && fields[InodeField] != "0" ? fields[UserField] : null;
        }
        return null;
    }

    /// <summary>As the table has it: 32 bits at a time, in the machine's order.</summary>
    private static string Text(IPEndPoint endPoint) => string.Create(CultureInfo.InvariantCulture, $"{Word(endPoint.Address)}:{endPoint.Port:X4}");

    /// <summary>Of a socket for both versions of IP.</summary>
    private static string Mapped(IPEndPoint endPoint) => $"0000000000000000{(BitConverter.IsLittleEndian ? "FFFF0000" : "0000FFFF")}{Text(endPoint)}";

    private static string Word(IPAddress address)
    {
        var bytes = (address.AddressFamily == AddressFamily.InterNetworkV6 ? address.MapToIPv4() : address).GetAddressBytes();
        return BitConverter.ToUInt32(bytes).ToString("X8", CultureInfo.InvariantCulture);
    }

    /// <summary>Of the line "Uid: real effective saved file system".</summary>
    private static string EffectiveUser() =>
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2];
}
