namespace Kontrakt.Engine.Pods.Native;

/// <summary>Flags of processes, namespaces and mounts, by the names that the manual pages use.</summary>
internal static class MountFlags
{
    public const ulong CLONE_VM = 0x100;
    public const ulong CLONE_FILES = 0x400;
    public const ulong CLONE_SIGHAND = 0x800;
    public const ulong CLONE_VFORK = 0x4000;
    public const ulong CLONE_PARENT = 0x8000;
    public const ulong CLONE_PARENT_SETTID = 0x100000;
    public const ulong CLONE_THREAD = 0x10000;
    public const ulong CLONE_NEWNS = 0x20000;
    public const ulong CLONE_NEWCGROUP = 0x2000000;
    public const ulong CLONE_NEWUTS = 0x4000000;
    public const ulong CLONE_NEWIPC = 0x8000000;
    public const ulong CLONE_NEWTIME = 0x80;
    public const ulong CLONE_NEWUSER = 0x10000000;
    public const ulong CLONE_NEWPID = 0x20000000;
    public const ulong CLONE_NEWNET = 0x40000000;

    public const ulong MS_RDONLY = 1;
    public const ulong MS_NOSUID = 2;
    public const ulong MS_NODEV = 4;
    public const ulong MS_NOEXEC = 8;
    public const ulong MS_REMOUNT = 0x20;
    public const ulong MS_BIND = 0x1000;
    public const ulong MS_MOVE = 0x2000;
    public const ulong MS_REC = 0x4000;
    public const ulong MS_PRIVATE = 0x40000;
    public const ulong MNT_DETACH = 2;

    public const ulong MOUNT_ATTR_RDONLY = 1;
    public const ulong MOUNT_ATTR_NOSUID = 2;
    public const ulong MOUNT_ATTR_NODEV = 4;
    public const ulong MOUNT_ATTR_IDMAP = 0x100000;

    public const ulong OPEN_TREE_CLONE = 1;
    public const ulong MOVE_MOUNT_F_EMPTY_PATH = 4;
    public const ulong MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    public const ulong AT_EMPTY_PATH = 0x1000;
    public const ulong AT_RECURSIVE = 0x8000;
    public const long AT_FDCWD = -100;

    public const ulong O_RDWR = 2;
    public const ulong O_CREAT = 0x40;
    /// <summary>O_DIRECTORY and O_NOFOLLOW are other numbers on ARM.</summary>
    public static readonly ulong O_DIRECTORY = Arm ? 0x4000u : 0x10000u;
    public static readonly ulong O_NOFOLLOW = Arm ? 0x8000u : 0x20000u;
    public const ulong O_CLOEXEC = 0x80000;
    public const ulong O_PATH = 0x200000;

    public const ulong RESOLVE_NO_MAGICLINKS = 2;
    public const ulong RESOLVE_NO_SYMLINKS = 4;
    public const ulong RESOLVE_IN_ROOT = 0x10;

    private static bool Arm => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64;
}
