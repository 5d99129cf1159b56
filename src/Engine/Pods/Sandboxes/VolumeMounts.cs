using Kontrakt.Engine.Pods.Native;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>Files and folders of the engine's that a container sees.</summary>
internal static unsafe class VolumeMounts
{
    /// <summary>Outer folders first, so that none hides another.</summary>
    public static void Attach(ContainerRoot root, IReadOnlyList<ContainerMount> mounts, PodUsers users)
    {
        foreach (var mount in mounts.OrderBy(mount => mount.Target.Split('/', StringSplitOptions.RemoveEmptyEntries).Length))
            Attach(root, mount, users);
    }

    private static void Attach(ContainerRoot root, ContainerMount mount, PodUsers users)
    {
        try
        {
            var source = Open(root.Child, mount.Source);
            Restrict(root.Child, source, (mount.ReadOnly ? MOUNT_ATTR_RDONLY : 0) | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, AT_RECURSIVE, users);
            var target = Directory.Exists(mount.Source) ? root.Folder(mount.Target) : root.File(mount.Target);
            root.Child.Do("attach it", MoveMount, source, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
            root.Child.Flush();
        }
        catch (SystemCallException exception)
        {
            throw new ContainerStartException(StartFailure.Mount, $"error mounting \"{mount.Source}\" to rootfs at \"{mount.Target}\": {exception.Message}", exception);
        }
    }

    /// <summary>A container that runs may swap a folder of its volume for a link, while this one is being started: links are not followed.</summary>
    private static long Open(ForkedChild child, string path)
    {
        var how = child.Memory.Allocate<ulong>(3);
        how[0] = O_PATH | O_CLOEXEC;
        how[2] = RESOLVE_NO_SYMLINKS;
        var found = child.Ask("open the source", Openat2, AT_FDCWD, path, how, 3 * sizeof(ulong));
        return child.Ask("copy the source's mount", OpenTree, found, "", OPEN_TREE_CLONE | O_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH);
    }

    /// <summary>Only takes away: what the machine has forbidden on a mount stays so.</summary>
    /// <param name="shownTo">To whom its files are to belong; the mount is in no folder yet.</param>
    public static void Restrict(ForkedChild child, long mount, ulong attributes, ulong flags = 0, PodUsers? shownTo = null)
    {
        var change = child.Memory.Allocate<ulong>(4);
        change[0] = attributes;
        shownTo?.Map(change);
        child.Do("restrict a mount", MountSetattr, mount, "", AT_EMPTY_PATH | flags, change, 4 * sizeof(ulong));
    }
}
