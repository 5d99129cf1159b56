using Kontrakt.Engine.Pods.Native;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>The working directory, a mount, becomes the root, and what was the root is gone.</summary>
internal static class RootSwitch
{
    public static void Do(ForkedChild child)
    {
        var pivoted = child.TryAsk(PivotRoot, ".", ".");
        if (pivoted >= 0)
            // Both are at the same place now, the old one on top.
            child.Do("leave the old root", Umount2, ".", MNT_DETACH);
        else if (pivoted == -Errno.EINVAL)
        {
            // The machine's root is its first RAM disk, which cannot be left.
            child.Do("move to the root", CallNumbers.Mount, ".", "/", 0, MS_MOVE, 0);
            child.Do("change the root", Chroot, ".");
        }
        else
            throw new SystemCallException("change the root", (int)-pivoted);
        child.Do("enter the root", Chdir, "/");
    }
}
