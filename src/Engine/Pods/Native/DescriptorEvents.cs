using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Native.Libc;

namespace Kontrakt.Engine.Pods.Native;

#pragma warning disable CA1001 // It lives as long as the process.
/// <summary>The one thread that waits for all processes and pipes of containers (epoll, one event for each time it is armed).</summary>
internal sealed unsafe class DescriptorEvents
{
    internal const uint Readable = 1;
    internal const uint Writable = 4;
    private const uint OneShot = 1 << 30;
    private const int Added = 1;
    private const int Deleted = 2;
    private const int Modified = 3;
    private const int Events = 64;

    /// <summary>struct epoll_event is packed on x86-64 only.</summary>
    private static readonly int KeyOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private readonly SafeFileHandle epoll;
    private readonly ConcurrentDictionary<long, Action> actions = new();
    private long lastKey;

    private DescriptorEvents()
    {
        var descriptor = epoll_create1(O_CLOEXEC);
        if (descriptor < 0)
            throw SystemCallException.Last("make an epoll descriptor");
        epoll = new(descriptor, ownsHandle: true);
        new Thread(Run) { IsBackground = true, Name = "descriptor events" }.Start();
    }

    public static DescriptorEvents Shared { get; } = new();

    /// <param name="ready">Called on the one thread: must not take long.</param>
    public long Add(SafeHandle descriptor, Action ready)
    {
        var key = Interlocked.Increment(ref lastKey);
        actions[key] = ready;
        if (Control(Added, descriptor, key, OneShot) != 0)
        {
            var exception = SystemCallException.Last("wait for a descriptor");
            actions.TryRemove(key, out _);
            throw exception;
        }
        return key;
    }

    public void Arm(SafeHandle descriptor, long key, uint events)
    {
        if (Control(Modified, descriptor, key, events | OneShot) != 0)
            throw SystemCallException.Last("wait for a descriptor");
    }

    public void Remove(SafeHandle descriptor, long key)
    {
        actions.TryRemove(key, out _);
        // A child that is being started may hold the same pipe: closing it here would not take it off.
        _ = Control(Deleted, descriptor, key, 0);
    }

    private int Control(int operation, SafeHandle descriptor, long key, uint events)
    {
        var change = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(new(change, 4), events);
        BinaryPrimitives.WriteInt64LittleEndian(new(change + KeyOffset, 8), key);
        return epoll_ctl(epoll, operation, descriptor, change);
    }

    private void Run()
    {
        var size = KeyOffset + sizeof(long);
        var buffer = stackalloc byte[16 * Events];
        while (true)
        {
            var count = epoll_wait(epoll, buffer, Events, -1);
            for (var i = 0; i < count; i++)
                if (actions.TryGetValue(BinaryPrimitives.ReadInt64LittleEndian(new(buffer + i * size + KeyOffset, 8)), out var ready))
                    ready();
        }
    }
}
