using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>Numbers of system calls, of x86-64 and of ARM64. Those from 424 on are the same on all.</summary>
internal static class CallNumbers
{
    public static readonly long Read = Of(0, 63);
    public static readonly long Write = Of(1, 64);
    public static readonly long Close = Of(3, 57);
    public static readonly long Munmap = Of(11, 215);
    public static readonly long RtSigaction = Of(13, 134);
    public static readonly long RtSigprocmask = Of(14, 135);
    public static readonly long Socket = Of(41, 198);
    public static readonly long Socketpair = Of(53, 199);
    public static readonly long Dup3 = Of(292, 24);
    public static readonly long Clone = Of(56, 220);
    public static readonly long Execve = Of(59, 221);
    public static readonly long Getcwd = Of(79, 17);
    public static readonly long Chdir = Of(80, 49);
    public static readonly long Fchdir = Of(81, 50);
    public static readonly long Fchmod = Of(91, 52);
    public static readonly long Fchown = Of(93, 55);
    public static readonly long Umask = Of(95, 166);
    public static readonly long Setsid = Of(112, 157);
    public static readonly long Setgroups = Of(116, 159);
    public static readonly long Setresuid = Of(117, 147);
    public static readonly long Setresgid = Of(119, 149);
    public static readonly long Setfsuid = Of(122, 151);
    public static readonly long Setfsgid = Of(123, 152);
    public static readonly long Capset = Of(126, 91);
    public static readonly long Personality = Of(135, 92);
    public static readonly long PivotRoot = Of(155, 41);
    public static readonly long Prctl = Of(157, 167);
    public static readonly long Chroot = Of(161, 51);
    public static readonly long Mount = Of(165, 40);
    public static readonly long Umount2 = Of(166, 39);
    public static readonly long Sethostname = Of(170, 161);
    public static readonly long ExitGroup = Of(231, 94);
    public static readonly long Keyctl = Of(250, 219);
    public static readonly long Openat = Of(257, 56);
    public static readonly long Mkdirat = Of(258, 34);
    public static readonly long Symlinkat = Of(266, 36);
    public static readonly long Readlinkat = Of(267, 78);
    public static readonly long Faccessat = Of(269, 48);
    public static readonly long Unshare = Of(272, 97);
    public static readonly long Prlimit64 = Of(302, 261);
    public static readonly long Setns = Of(308, 268);
    public static readonly long Seccomp = Of(317, 277);
    public static readonly long MemfdCreate = Of(319, 279);
    public const long PidfdSendSignal = 424;
    public const long OpenTree = 428;
    public const long MoveMount = 429;
    public const long PidfdOpen = 434;
    public const long Clone3 = 435;
    public const long CloseRange = 436;
    public const long Openat2 = 437;
    public const long MountSetattr = 442;

    private static long Of(long x64, long arm64) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => x64,
        Architecture.Arm64 => arm64,
        var other => throw new PlatformNotSupportedException($"the embedded engine runs pods on x64 and arm64, not on {other}; name a cluster instead"),
    };
}
