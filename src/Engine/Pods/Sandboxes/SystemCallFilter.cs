using System.Runtime.InteropServices;
using Kontrakt.Engine.Pods.Native;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>
/// Which system calls a container may make, whoever it is: a seccomp filter that stays with its processes and all that they start. What is not on
/// the list of refused calls is allowed, up to the newest call that was known when the list was written; newer ones do not exist here.
/// </summary>
internal static unsafe class SystemCallFilter
{
    private const long SECCOMP_SET_MODE_FILTER = 1;
    /// <summary>The kernel need not slow the container down against itself.</summary>
    private const long SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;
    private const uint AUDIT_ARCH_X86_64 = 0xC000003E;
    private const uint AUDIT_ARCH_AARCH64 = 0xC00000B7;
    /// <summary>Of Linux 6.17.</summary>
    private const uint NewestCall = 469;
    /// <summary>Calls from here on have the same number on every machine; between them and those of its own there are none.</summary>
    private const uint FirstSharedCall = 424;
    private const uint LastCallOfX64 = 336;
    private const uint LastCallOfArm64 = 294;
    private const ulong NewNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

    private const uint AF_UNIX = 1;
    private const uint AF_NETLINK = 16;

    /// <summary>AF_INET, AF_INET6. With AF_UNIX and AF_NETLINK, these are all. Not the machine's side of a virtual one (AF_VSOCK), no raw packets (AF_PACKET), no kernel's own cryptography (AF_ALG).</summary>
    private static readonly uint[] Internet = [2, 10];

    /// <summary>The family's own, ICMP, TCP, UDP, ICMPv6.</summary>
    private static readonly uint[] Protocols = [0, 1, 6, 17, 58];

    /// <summary>Linux, as it is and as older programs want to see it; 0xFFFFFFFF asks.</summary>
    private static readonly uint[] Personalities = [0, 8, 0x20000, 0x20008, uint.MaxValue];

    private static readonly nint Program = Load(Build());

    /// <summary>Why there is none; null where there is.</summary>
    public static string? Refusal { get; } = File.Exists("/proc/sys/kernel/seccomp/actions_avail") ? null
        : "containers may make every system call: the kernel was built without CONFIG_SECCOMP_FILTER";

    /// <summary>The child must still have the right of root, in its user namespace, or have given up new privileges.</summary>
    public static void Install(ForkedChild child)
    {
        if (Refusal is null)
            child.Do("filter system calls", Seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, (void*)Program);
    }

    private static FilterCode Build()
    {
        var x64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        var code = new FilterCode();
        code.LoadMachine();
        // Programs of another machine, 32-bit ones above all, number their calls otherwise.
        code.Unless(x64 ? AUDIT_ARCH_X86_64 : AUDIT_ARCH_AARCH64, other => other.Kill());
        code.LoadNumber();
        code.WhenGreater(NewestCall, newer => newer.Refuse(Errno.ENOSYS));
        code.WhenGreater(x64 ? LastCallOfX64 : LastCallOfArm64, shared => shared.UnlessGreater(FirstSharedCall - 1, absent => absent.Refuse(Errno.ENOSYS)));
        code.When((uint)Clone3, refused => refused.Refuse(Errno.ENOSYS));
        code.When((uint)Clone, clone => RefuseNamespaces(clone, NewNamespaces));
        code.When((uint)Unshare, unshare => RefuseNamespaces(unshare, NewNamespaces | CLONE_NEWTIME));
        code.When((uint)Socket, AllowSockets);
        code.When((uint)Socketpair, pair => AllowOnly(pair, [AF_UNIX], Errno.EAFNOSUPPORT));
        code.When((uint)Personality, personality => AllowOnly(personality, Personalities, Errno.EPERM));
        foreach (var call in RefusedCalls.All)
            if ((x64 ? call.X64 : call.Arm64) is { } number)
                code.When(number, refused => refused.Refuse(Errno.EPERM));
        code.Allow();
        return code;
    }

    /// <summary>clone3 does not exist at all: its flags are in memory, where a filter cannot see them, and every library then takes clone.</summary>
    private static void RefuseNamespaces(FilterCode code, ulong flags)
    {
        code.LoadFirstArgument();
        code.WhenAnyOf((uint)flags, refused => refused.Refuse(Errno.EPERM));
        code.Allow();
    }

    private static void AllowSockets(FilterCode code)
    {
        code.LoadFirstArgument();
        foreach (var family in Internet)
            code.When(family, internet =>
            {
                internet.LoadThirdArgument();
                Allow(internet, Protocols, Errno.EPROTONOSUPPORT);
            });
        Allow(code, [AF_UNIX, AF_NETLINK], Errno.EAFNOSUPPORT);
    }

    private static void AllowOnly(FilterCode code, uint[] values, int errno)
    {
        code.LoadFirstArgument();
        Allow(code, values, errno);
    }

    /// <summary>What has been loaded must be one of these.</summary>
    private static void Allow(FilterCode code, uint[] values, int errno)
    {
        foreach (var value in values)
            code.When(value, allowed => allowed.Allow());
        code.Refuse(errno);
    }

    /// <summary>struct sock_fprog, and what it points to: once, for all containers, where the child sees it.</summary>
    private static nint Load(FilterCode code)
    {
        var bytes = code.ToArray();
        var size = 2 * sizeof(nint) + bytes.Length;
        var program = SharedMemory.Rent(ref size);
        var instructions = program + 2 * sizeof(nint);
        bytes.CopyTo(new Span<byte>(instructions, bytes.Length));
        *(ushort*)program = (ushort)code.Length;
        *(byte**)(program + sizeof(nint)) = instructions;
        return (nint)program;
    }
}
