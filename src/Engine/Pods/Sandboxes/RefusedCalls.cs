namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>
/// System calls that no container needs for its own work, and by which one could reach the machine: those that the kernel would refuse it for want
/// of a capability as well, and those that have been ways out although no capability is asked for.
/// </summary>
internal static class RefusedCalls
{
    /// <param name="X64">null where this machine has no such call.</param>
    internal sealed record Call(string Name, uint? X64, uint? Arm64);

    public static IReadOnlyList<Call> All { get; } =
    [
        // Keys: one store for all users of the machine, of which namespaces know nothing.
        new("add_key", 248, 217), new("request_key", 249, 218), new("keyctl", 250, 219),
        // Files by their number, past every folder that would hide them.
        new("open_by_handle_at", 304, 265),
        // Mounts and namespaces: a container stays in those it was given.
        new("mount", 165, 40), new("umount2", 166, 39), new("pivot_root", 155, 41), new("setns", 308, 268), new("open_tree", 428, 428), new("move_mount", 429, 429),
        new("fsopen", 430, 430), new("fsconfig", 431, 431), new("fsmount", 432, 432), new("fspick", 433, 433), new("mount_setattr", 442, 442), new("open_tree_attr", 467, 467),
        // Programs and modules for the kernel, and another kernel.
        new("bpf", 321, 280), new("init_module", 175, 105), new("finit_module", 313, 273), new("delete_module", 176, 106), new("kexec_load", 246, 104), new("kexec_file_load", 320, 294),
        // Large parts of the kernel that had many holes: they are the machine's, for programs that watch or speed up all of it.
        new("perf_event_open", 298, 241), new("userfaultfd", 323, 282), new("io_uring_setup", 425, 425), new("io_uring_enter", 426, 426), new("io_uring_register", 427, 427),
        // What belongs to the machine as a whole: its log, clock, names, swap, terminals, accounts, ports, power.
        new("syslog", 103, 116), new("settimeofday", 164, 170), new("clock_settime", 227, 112), new("sethostname", 170, 161), new("setdomainname", 171, 162),
        new("swapon", 167, 224), new("swapoff", 168, 225), new("reboot", 169, 142), new("vhangup", 153, 58), new("acct", 163, 89), new("iopl", 172, null), new("ioperm", 173, null),
        new("quotactl", 179, 60), new("quotactl_fd", 443, 443), new("fanotify_init", 300, 262), new("lookup_dcookie", 212, 18), new("move_pages", 279, 239), new("migrate_pages", 256, 238),
        // Of older kernels; nobody looks after them.
        new("nfsservctl", 180, 42), new("uselib", 134, null), new("ustat", 136, null), new("sysfs", 139, null), new("_sysctl", 156, null),
        new("create_module", 174, null), new("get_kernel_syms", 177, null), new("query_module", 178, null),
    ];
}
