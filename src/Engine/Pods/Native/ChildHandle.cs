using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Native.Libc;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>A process that this one has made, held by a descriptor: its number cannot come to mean another.</summary>
internal sealed class ChildHandle : IDisposable
{
    /// <summary>The engine was started with SIGCHLD ignored: the kernel keeps nothing of its children then.</summary>
    private static readonly ProcessEnd Unknown = new(255, null);

    private readonly SafeFileHandle descriptor;

    private ChildHandle(int pid, SafeFileHandle descriptor) => (Pid, this.descriptor) = (pid, descriptor);

    public int Pid { get; }

    public SafeHandle Descriptor => descriptor;

    /// <param name="pid">Of a child that has not been waited for.</param>
    public static ChildHandle Open(int pid)
    {
        var descriptor = pidfd_open(CallNumbers.PidfdOpen, pid, 0);
        return descriptor >= 0 ? new(pid, new(descriptor, ownsHandle: true)) : throw SystemCallException.Last("open a process");
    }

    /// <summary>Nothing happens when it has ended.</summary>
    public void Signal(int signal)
    {
        if (pidfd_send_signal(CallNumbers.PidfdSendSignal, descriptor, signal, 0, 0) != 0 && Marshal.GetLastPInvokeError() != Errno.ESRCH)
            throw SystemCallException.Last($"send signal {signal}");
    }

    public async Task<ProcessEnd> WaitAsync()
    {
        using (var polled = new PolledDescriptor(descriptor))
            await polled.ReadableAsync();
        return Reap();
    }

    /// <summary>Waits in the calling thread.</summary>
    public unsafe ProcessEnd Reap()
    {
        // siginfo_t: si_code at 8, si_status at 24, in all of its 128 bytes.
        var information = stackalloc int[32];
        while (waitid(P_PIDFD, descriptor, information, WEXITED | WALL) != 0)
            if (Marshal.GetLastPInvokeError() is var error && error == Errno.ECHILD)
                return Unknown;
            else if (error != Errno.EINTR)
                throw new SystemCallException("wait for a process", error);
        const int exited = 1;
        return information[2] == exited ? new(information[6], null) : new(128 + information[6], information[6]);
    }

    public void Dispose() => descriptor.Dispose();
}

/// <summary>An exit code; 128 + the signal that ended it.</summary>
internal readonly record struct ProcessEnd(int ExitCode, int? Signal);
