using Kontrakt.Engine.Pods.Images;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Pods.Storage;

/// <summary>What a folder takes of the disk: its blocks, and not what its files seem to be long. While it is counted, containers may change it.</summary>
internal static class DiskUsage
{
    private const long Block = 512;
    /// <summary>A file without content takes room, too: millions of them fill a disk.</summary>
    private const long Least = 1024;
    /// <summary>Each level keeps a descriptor. What lies deeper is not counted.</summary>
    private const int Depth = 500;

    /// <returns>0 where there is no such folder, or no more.</returns>
    public static long Of(string folder)
    {
        using var root = LinuxFiles.Open(LayerPathName.Native(LayerPathName.FromText(folder)), LinuxFiles.ReadOnly | LinuxFiles.Folder | LinuxFiles.NoFollow | LinuxFiles.CloseOnExec, 0);
        return root.IsInvalid ? 0 : Of(root, [], Depth);
    }

    private static long Of(SafeFileHandle folder, HashSet<long> counted, int depth)
    {
        var sum = 0L;
        foreach (var name in List(folder))
        {
            var native = LayerPathName.Native(name);
            // It may be gone by now.
            if (!LinuxFiles.TryGetStatus(folder, native, out var status) || status.Links > 1 && status.Type != LinuxFiles.DirectoryType && !counted.Add(status.Number))
                continue;
            sum += Math.Max(Least, status.Blocks * Block);
            if (status.Type != LinuxFiles.DirectoryType || depth == 0)
                continue;
            using var inner = LinuxFiles.Open(folder, native, LinuxFiles.ReadOnly | LinuxFiles.Folder | LinuxFiles.NoFollow | LinuxFiles.CloseOnExec, 0);
            if (!inner.IsInvalid)
                sum += Of(inner, counted, depth - 1);
        }
        return sum;
    }

    private static List<string> List(SafeFileHandle folder)
    {
        try
        {
            return FolderTree.List(folder);
        }
        catch (IOException)
        {
            // It was deleted after it was opened.
            return [];
        }
    }
}
