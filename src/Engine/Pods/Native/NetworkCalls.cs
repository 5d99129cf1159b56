using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>System calls about network namespaces and netlink.</summary>
internal static partial class NetworkCalls
{
    internal const int CLONE_NEWNET = 0x40000000;
    internal const int AF_INET = 2;
    internal const int AF_NETLINK = 16;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_RAW = 3;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int NETLINK_ROUTE = 0;
    internal const int SOL_NETLINK = 270;
    internal const int NETLINK_CAP_ACK = 10;
    internal const int NETLINK_EXT_ACK = 11;
    internal const int MSG_TRUNC = 0x20;
    /// <summary>Answers a file descriptor of the network namespace that a socket is in: needs no /proc, which may be that of other processes.</summary>
    internal const nuint SIOCGSKNS = 0x894C;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setns(SafeHandle descriptor, int type);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial SafeFileHandle socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial SafeFileHandle ioctl(SafeHandle descriptor, nuint request, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int setsockopt(SafeHandle descriptor, int level, int option, int* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint send(SafeHandle descriptor, byte* bytes, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint recv(SafeHandle descriptor, byte* bytes, nint length, int flags);
}
