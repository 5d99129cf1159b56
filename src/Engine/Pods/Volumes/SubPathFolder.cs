using System.Runtime.InteropServices;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>
/// Makes the folder of a subPath, step by step from the open volume: a container that shares the volume may swap a part of the path for a link
/// at any time, so no step follows one.
/// </summary>
internal static class SubPathFolder
{
    /// <summary>With the rights of the volume's own folder, whose set-group-id bit hands its group down: the container's user has to get in.</summary>
    /// <param name="path">Below the root, without links or "..".</param>
    /// <exception cref="IOException">A part of it is a link or no folder, or cannot be made.</exception>
    public static void Make(string root, string path)
    {
        var folder = FolderTree.Open(root);
        try
        {
            var mode = (uint)File.GetUnixFileMode(folder);
            foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                var next = Enter(folder, LayerPathName.FromText(name), mode);
                folder.Dispose();
                folder = next;
            }
        }
        finally
        {
            folder.Dispose();
        }
    }

    private static SafeFileHandle Enter(SafeFileHandle folder, string name, uint mode)
    {
        var native = LayerPathName.Native(name);
        var isNew = LinuxFiles.MakeFolder(folder, native, mode) == 0;
        if (!isNew && Marshal.GetLastPInvokeError() != Errno.EEXIST)
            throw FileFailure.Last("making the folder", name);
        var made = LinuxFiles.Open(folder, native, LinuxFiles.ReadOnly | LinuxFiles.Folder | LinuxFiles.NoFollow | LinuxFiles.CloseOnExec, 0);
        if (made.IsInvalid)
            throw FileFailure.Last("opening the folder", name);
        // What the umask took away.
        if (!isNew || LinuxFiles.ChangeMode(made, mode) == 0)
            return made;
        using (made)
            throw FileFailure.Last("setting the mode of", name);
    }
}
