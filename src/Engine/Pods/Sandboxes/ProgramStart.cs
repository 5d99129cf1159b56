using System.Runtime.InteropServices;
using Kontrakt.Engine.Pods.Native;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>The last steps of a child that is in its container: who it is, what it may, and the program that it becomes.</summary>
internal sealed record ProgramStart
{
    private const long CLOSE_RANGE_CLOEXEC = 4;
    private const long KEYCTL_JOIN_SESSION_KEYRING = 1;
    private const int Signals = 64;
    private const int PathSize = 4096;

    public required IReadOnlyList<string> Arguments { get; init; }
    public required IReadOnlyList<string> Environment { get; init; }
    public required string WorkingDirectory { get; init; }
    public required ProcessRights Rights { get; init; }
    /// <summary>Of the engine's: standard input, output and error.</summary>
    public required IReadOnlyList<SafeHandle> Streams { get; init; }

    /// <exception cref="ContainerStartException">The program cannot be run.</exception>
    /// <exception cref="SystemCallException">The machine does not allow it.</exception>
    public unsafe void Execute(ForkedChild child, ContainerMachine machine)
    {
        ProcessRights.ProtectMemory(child);
        child.Do("start a session", Setsid);
        child.Try(Keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0);
        child.Do("set the umask", Umask, 0b000_010_010);
        ProcessRights.SetLimits(child, machine);
        child.Flush();
        PreferAsVictim(child);
        var entered = EnterWorkingDirectory(child);
        SetStreams(child);
        Rights.Take(child, machine);
        // Where root may not enter (a file system of users), its user may.
        if (entered == -Errno.EACCES)
            entered = EnterWorkingDirectory(child);
        if (entered < 0)
            throw new ContainerStartException(StartFailure.WorkingDirectory, $"chdir to cwd (\"{WorkingDirectory}\") set in config.json failed: {ProgramSearch.Text((int)-entered)}");
        // The kernel opens the interpreter that a program names before descriptors close themselves: /proc/self/fd must lead nowhere then.
        child.CloseDescriptors(Streams.Count);
        ResetSignals(child);
        StayInside(child);
        ProgramSearch.Run(child, Arguments, Environment);
    }

    /// <summary>
    /// The container may have put a link there, and the child still has the engine's descriptors: one of a folder, in /proc/self/fd, would lead to
    /// the machine. Such links are not followed.
    /// </summary>
    private unsafe long EnterWorkingDirectory(ForkedChild child)
    {
        var how = child.Memory.Allocate<ulong>(3);
        how[0] = O_PATH | O_DIRECTORY | O_CLOEXEC;
        how[2] = RESOLVE_NO_MAGICLINKS;
        var folder = child.TryAsk(Openat2, AT_FDCWD, WorkingDirectory, how, 3 * sizeof(ulong));
        return folder < 0 ? folder : child.TryAsk(Fchdir, folder);
    }

    /// <summary>However the child got to where it is: what the root does not reach has no path, and is not for the container.</summary>
    private unsafe void StayInside(ForkedChild child)
    {
        var path = child.Memory.Allocate(PathSize);
        var length = child.TryAsk(Getcwd, path, PathSize);
        if (length < 1 || path[0] != '/')
            throw new ContainerStartException(StartFailure.WorkingDirectory, $"chdir to cwd (\"{WorkingDirectory}\") set in config.json failed: current working directory is outside of the container's root");
    }

    /// <summary>A machine without memory should end a container rather than the engine.</summary>
    private static void PreferAsVictim(ForkedChild child)
    {
        var score = child.TryAsk(Openat, AT_FDCWD, "/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
        if (score >= 0)
            child.Try(Write, score, "1000", 4);
    }

    private void SetStreams(ForkedChild child)
    {
        for (var number = 0; number < Streams.Count; number++)
        {
            var descriptor = (long)Streams[number].DangerousGetHandle();
            // Programs open /dev/stdout again.
            child.Try(Fchown, descriptor, Rights.Users.OnMachine(Rights.UserId), Rights.Users.OnMachine(Rights.GroupId));
            child.Do("set a standard stream", Dup3, descriptor, number, 0);
        }
        // Of the engine's descriptors, each closes itself; this is for what a library or a parent has left open.
        child.Try(CloseRange, Streams.Count, uint.MaxValue, CLOSE_RANGE_CLOEXEC);
    }

    /// <summary>The runtime ignores some, and they were all blocked.</summary>
    private static unsafe void ResetSignals(ForkedChild child)
    {
        var action = child.Memory.Allocate(64);
        for (var signal = 1; signal <= Signals; signal++)
            child.Try(RtSigaction, signal, action, 0, sizeof(ulong));
        child.Do("unblock signals", RtSigprocmask, 2, child.Memory.Allocate<ulong>(), 0, sizeof(ulong));
    }
}
