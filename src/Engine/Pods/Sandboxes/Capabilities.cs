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

    /// <summary>
    /// What container runtimes give by default, except NET_RAW: all pods hang on one bridge, and with raw packets one could answer for
    /// the address of another, or of the node.
    /// </summary>
    public static ulong Default { get; } = Of(
        ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "MKNOD", "AUDIT_WRITE", "SETFCAP"]);

    public static int Count => Names.Length;

    /// <summary>Whether a container may have it: none beyond the default set, since others lead to the machine or to other pods. "ALL" is beyond it.</summary>
    public static bool IsGranted(string name) => Number(name) is >= 0 and var number && (Default >> number & 1) == 1;

    /// <summary>As runtimes read the two lists: "ALL" first, then single names, and what is dropped by name is gone.</summary>
    /// <exception cref="ContainerStartException">There is no such capability, or no container gets it.</exception>
    public static ulong Kept(IReadOnlyList<string> added, IReadOnlyList<string> dropped)
    {
        if (added.FirstOrDefault(name => !IsGranted(name)) is { } refused)
            throw new ContainerStartException(StartFailure.Other, $"no container gets the capability \"{refused}\"");
        var start = dropped.Any(IsAll) ? 0 : Default;
        return (start | Of(added)) & ~Of(dropped.Where(name => !IsAll(name)));
    }

    private static bool IsAll(string name) => name.Equals("ALL", StringComparison.OrdinalIgnoreCase);

    private static ulong Of(IEnumerable<string> names) => names.Aggregate(0UL, (set, name) => set | Bit(name));

    private static ulong Bit(string name) =>
        Number(name) is >= 0 and var number ? 1UL << number : throw new ContainerStartException(StartFailure.Other, $"unknown capability \"{name}\"");

    /// <returns>A negative number for a name that is not a capability.</returns>
    private static int Number(string name)
    {
        var plain = name.StartsWith("CAP_", StringComparison.OrdinalIgnoreCase) ? name[4..] : name;
        return Array.FindIndex(Names, known => known.Equals(plain, StringComparison.OrdinalIgnoreCase));
    }
}
