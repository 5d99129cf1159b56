using System.Runtime.InteropServices;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>
/// The extended attributes by which overlayfs knows a folder that hides those below it (Linux, Documentation/filesystems/overlayfs.rst): in
/// "trusted" for the machine's root, in "user", with the mount option userxattr, for everybody else, root of a user namespace included.
/// </summary>
internal sealed class OverlayMarks
{
    private readonly string prefix;

    private OverlayMarks(string kind) => (Kind, prefix) = (kind, $"{kind}.overlay.");

    /// <summary>"trusted" or "user".</summary>
    public string Kind { get; }

    /// <summary>Those that a mount made by this process looks for.</summary>
    public static OverlayMarks OfThisProcess { get; } = new(IsMachinesRoot() ? "trusted" : "user");

    /// <summary>Attributes that an image may bring: what programs keep with their files, and file capabilities; never overlayfs's own.</summary>
    public static bool IsImages(string name) => name == FileCapabilities.Attribute || (name.StartsWith("user.", StringComparison.Ordinal) && !name.StartsWith("user.overlay.", StringComparison.Ordinal));

    public void MakeOpaque(SafeFileHandle folder, string path)
    {
        if (LinuxFiles.SetAttribute(folder, LayerPathName.Native(prefix + "opaque"), "y"u8.ToArray(), 1, 0) == 0)
            return;
        var error = Marshal.GetLastPInvokeError();
        throw error == Errno.EOPNOTSUPP
            ? new LayerException($"the file system of the engine's data folder has no extended attributes ({Kind}.*), without which '{LayerPathName.Readable(path)}' cannot hide what is below it")
            : FileFailure.Of($"marking as opaque ({Kind}.overlay)", path, error);
    }

    public unsafe bool IsOpaque(SafeFileHandle folder)
    {
        byte value;
        return LinuxFiles.GetAttribute(folder, LayerPathName.Native(prefix + "opaque"), &value, 1) == 1 && value == (byte)'y';
    }

    /// <summary>Root, and in the first user namespace, which maps every id to itself.</summary>
    private static bool IsMachinesRoot()
    {
        if (!Environment.IsPrivilegedProcess)
            return false;
        var map = File.Exists("/proc/self/uid_map") ? File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [];
        return map is ["0", "0", "4294967295"] or [];
    }
}
