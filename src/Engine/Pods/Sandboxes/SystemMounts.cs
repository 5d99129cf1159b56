using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>/proc, /sys and /dev of a container, and what of them it may not see or write: the same as other runtimes have it.</summary>
internal static class SystemMounts
{
    private const ulong Safe = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    /// <summary>It can be written to all the same; its owner and mode, which are the machine's, cannot be changed.</summary>
    private const ulong ProtectDevice = MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NOEXEC;
    private static readonly string[] Devices = ["null", "zero", "full", "random", "urandom", "tty"];
    private static readonly (string Name, string Target)[] Links =
        [("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2")];
    private static readonly string[] MaskedOfProc =
        ["asound", "acpi", "interrupts", "kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug", "scsi"];
    private static readonly string[] MaskedOfSys = ["firmware", "devices/virtual/powercap"];
    private static readonly string[] ReadOnlyOfProc = ["bus", "fs", "irq", "sys", "sysrq-trigger"];

    public static void Proc(ContainerRoot root)
    {
        var child = root.Child;
        child.Do("enter /proc", Fchdir, root.OwnFolder("proc"));
        // From inside of its process namespace: it shows the processes of whoever mounts it.
        child.Do("mount /proc", CallNumbers.Mount, "proc", ".", "proc", Safe, 0);
        // This folder is still what is below.
        child.Do("enter /proc", Chdir, "../proc");
        foreach (var name in MaskedOfProc)
            Mask(child, name);
        foreach (var name in ReadOnlyOfProc)
        {
            child.DoUnless([Errno.ENOENT], $"bind /proc/{name}", CallNumbers.Mount, name, name, 0, MS_BIND | MS_REC, 0);
            child.DoUnless([Errno.ENOENT], $"protect /proc/{name}", CallNumbers.Mount, 0, name, 0, MS_BIND | MS_REMOUNT | MS_RDONLY | Safe, 0);
        }
    }

    /// <summary>Shows the devices of the namespaces it is in. Where that is not allowed, the folder stays empty.</summary>
    public static void Sys(ContainerRoot root)
    {
        var child = root.Child;
        child.Do("enter /sys", Fchdir, root.OwnFolder("sys"));
        if (child.TryAsk(CallNumbers.Mount, "sysfs", ".", "sysfs", Safe | MS_RDONLY, 0) < 0)
            return;
        child.Do("enter /sys", Chdir, "../sys");
        foreach (var name in MaskedOfSys)
            Mask(child, name);
    }

    /// <param name="sharedMemory">A mount of the pod's.</param>
    /// <param name="terminals">The group of terminals; null where it is not available.</param>
    public static void Dev(ContainerRoot root, long sharedMemory, uint? terminals)
    {
        var child = root.Child;
        child.Do("enter /dev", Fchdir, root.OwnFolder("dev"));
        // No device can be made in it: those that are needed are the machine's own, bound.
        child.Do("mount /dev", CallNumbers.Mount, "tmpfs", ".", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755,size=64k,nr_inodes=256");
        child.Do("enter /dev", Chdir, "../dev");
        foreach (var name in Devices.Where(name => File.Exists($"/dev/{name}")))
        {
            child.Do($"make /dev/{name}", Openat, AT_FDCWD, name, O_CREAT | O_RDWR | O_CLOEXEC, 0b110_110_110);
            child.Do($"bind /dev/{name}", CallNumbers.Mount, $"/dev/{name}", name, 0, MS_BIND, 0);
            child.Do($"protect /dev/{name}", CallNumbers.Mount, 0, name, 0, ProtectDevice, 0);
        }
        foreach (var (name, target) in Links)
            child.Do($"link /dev/{name}", Symlinkat, target, AT_FDCWD, name);
        foreach (var name in (string[])["pts", "shm", "mqueue"])
            child.Do($"make /dev/{name}", Mkdirat, AT_FDCWD, name, 0b111_101_101);
        var group = terminals is { } gid ? $",gid={gid}" : "";
        child.Do("mount /dev/pts", CallNumbers.Mount, "devpts", "pts", "devpts", MS_NOSUID | MS_NOEXEC, $"newinstance,ptmxmode=0666,mode=0620{group}");
        child.Do("mount /dev/shm", MoveMount, sharedMemory, "", AT_FDCWD, "shm", MOVE_MOUNT_F_EMPTY_PATH);
        child.Try(CallNumbers.Mount, "mqueue", "mqueue", "mqueue", Safe, 0);
    }

    /// <summary>The machine's /dev/null, as containers may have it: a descriptor of a mount of its own, since it leads to the owner and mode as well.</summary>
    /// <exception cref="SystemCallException">The machine does not allow it.</exception>
    public static SafeFileHandle OpenNull()
    {
        // With the engine's table of descriptors: what it opens, the engine has.
        using var child = ForkedChild.Start(CLONE_FILES | CLONE_NEWNS);
        child.Do("make mounts private", CallNumbers.Mount, 0, "/", 0, MS_REC | MS_PRIVATE, 0);
        child.Do("bind /dev/null", CallNumbers.Mount, "/dev/null", "/dev/null", 0, MS_BIND, 0);
        child.Do("protect /dev/null", CallNumbers.Mount, 0, "/dev/null", 0, ProtectDevice, 0);
        return new((nint)child.Ask("open /dev/null", Openat, AT_FDCWD, "/dev/null", O_CLOEXEC), ownsHandle: true);
    }

    /// <summary>A file is hidden by an empty one, a folder by an empty one: only one of the two calls can fit.</summary>
    private static void Mask(ForkedChild child, string name)
    {
        child.DoUnless([Errno.ENOENT, Errno.ENOTDIR], $"hide {name}", CallNumbers.Mount, "/dev/null", name, 0, MS_BIND, 0);
        // Where it is a folder, there is no mount yet to be changed.
        child.DoUnless([Errno.ENOENT, Errno.EINVAL], $"protect {name}", CallNumbers.Mount, 0, name, 0, ProtectDevice, 0);
        child.DoUnless([Errno.ENOENT, Errno.ENOTDIR], $"hide {name}", CallNumbers.Mount, "tmpfs", name, "tmpfs", Safe | MS_RDONLY, "size=0");
    }
}
