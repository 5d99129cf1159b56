namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>Sets of capabilities, one bit for each.</summary>
internal static class Capabilities
{
    private static readonly string[] Names =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE",
        "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT",
        "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE",
        "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ",
        "PERFMON", "BPF", "CHECKPOINT_RESTORE",
    ];

    /// <summary>What container runtimes give where nothing is said.</summary>
    public static ulong Default { get; } = Of(
        ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "NET_BIND_SERVICE", "NET_RAW", "SYS_CHROOT", "MKNOD", "AUDIT_WRITE", "SETFCAP"]);

    public static int Count => Names.Length;

    /// <summary>As runtimes read the two lists: "ALL" first, then single names, and what is dropped by name is gone.</summary>
    /// <exception cref="ContainerStartException">There is no such capability.</exception>
    public static ulong Kept(IReadOnlyList<string> added, IReadOnlyList<string> dropped)
    {
        var all = (1UL << Names.Length) - 1;
        var start = dropped.Any(IsAll) ? 0 : added.Any(IsAll) ? all : Default;
        if (dropped.Any(IsAll) && added.Any(IsAll))
            start = all;
        return (start | Of(added.Where(name => !IsAll(name)))) & ~Of(dropped.Where(name => !IsAll(name)));
    }

    private static bool IsAll(string name) => name.Equals("ALL", StringComparison.OrdinalIgnoreCase);

    private static ulong Of(IEnumerable<string> names) => names.Aggregate(0UL, (set, name) => set | Bit(name));

    private static ulong Bit(string name)
    {
        var plain = name.StartsWith("CAP_", StringComparison.OrdinalIgnoreCase) ? name[4..] : name;
        var number = Array.FindIndex(Names, known => known.Equals(plain, StringComparison.OrdinalIgnoreCase));
        return number >= 0 ? 1UL << number : throw new ContainerStartException(StartFailure.Other, $"unknown capability \"CAP_{plain}\"");
    }
}
