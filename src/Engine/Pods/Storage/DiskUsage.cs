using Kontrakt.Engine.Pods.Images;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Pods.Storage;

/// <summary>What a folder takes of the disk: its blocks, and not what its files seem to be long. While it is counted, containers may change it.</summary>
internal sealed class DiskUsage
{
    private const long Block = 512;
    /// <summary>A file without content takes room, too: millions of them fill a disk.</summary>
    private const long Least = 1024;
    /// <summary>Each level keeps a descriptor.</summary>
    public const int Depth = 500;

    /// <summary>Something was too deep to be counted.</summary>
    public bool IsTooDeep { get; private set; }

    /// <returns>0 where there is no such folder, or no more.</returns>
    public long Of(string folder)
    {
        using var root = LinuxFiles.Open(LayerPathName.Native(LayerPathName.FromText(folder)), LinuxFiles.ReadOnly | LinuxFiles.Folder | LinuxFiles.NoFollow | LinuxFiles.CloseOnExec, 0);
        return root.IsInvalid ? 0 : Of(root, [], Depth);
    }

    private long Of(SafeFileHandle folder, HashSet<long> counted, int depth)
    {
        var sum = 0L;
        foreach (var name in List(folder))
        {
            var native = LayerPathName.Native(name);
            // It may be gone by now.
            if (!LinuxFiles.TryGetStatus(folder, native, out var status) || status.Links > 1 && status.Type != LinuxFiles.DirectoryType && !counted.Add(status.Number))
                continue;
            sum += Math.Max(Least, status.Blocks * Block);
            if (status.Type != LinuxFiles.DirectoryType)
                continue;
            if (depth == 0)
            {
                IsTooDeep = true;
                continue;
            }
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
