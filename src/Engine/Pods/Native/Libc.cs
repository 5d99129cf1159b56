using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>System calls about processes, memory and descriptors that the engine makes itself, on any thread.</summary>
internal static unsafe partial class Libc
{
    internal const int PROT_READ = 1;
    internal const int PROT_WRITE = 2;
    internal const int PROT_EXEC = 4;
    internal const int MAP_SHARED = 1;
    internal const int MAP_PRIVATE = 2;
    internal const int MAP_ANONYMOUS = 0x20;
    internal const int MAP_NORESERVE = 0x4000;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_NONBLOCK = 0x800;
    internal const int F_SETFL = 4;
    internal const int P_PIDFD = 3;
    internal const int WEXITED = 4;
    /// <summary>Also children whose end gives no SIGCHLD.</summary>
    internal const int WALL = 0x40000000;
    internal const int SIGKILL = 9;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial void* mmap(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int mprotect(void* address, nuint length, int protection);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(SafeHandle descriptor, byte* bytes, nint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(SafeHandle descriptor, byte* bytes, nint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(SafeHandle descriptor, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int flock(SafeHandle descriptor, int operation);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int waitid(int kind, SafeHandle descriptor, int* information, int options);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_ctl(SafeHandle epoll, int operation, SafeHandle descriptor, byte* change);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_wait(SafeHandle epoll, byte* events, int count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint pidfd_open(long number, long pid, long flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint memfd_create(long number, string name, ulong flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint pidfd_send_signal(long number, SafeHandle pidfd, long signal, nint information, long flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint open_tree(long number, long folder, string path, ulong flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint mount_setattr(long number, SafeHandle mount, string path, ulong flags, ulong* change, ulong size);

    /// <exception cref="SystemCallException">There are too many descriptors.</exception>
    internal static (SafeFileHandle Read, SafeFileHandle Write) Pipe()
    {
        var ends = stackalloc int[2];
        return pipe2(ends, O_CLOEXEC) == 0
            ? (new(ends[0], ownsHandle: true), new(ends[1], ownsHandle: true))
            : throw SystemCallException.Last("make a pipe");
    }
}
