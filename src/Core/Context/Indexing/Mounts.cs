using System.Globalization;
using Kontrakt.Context.Scanning;

namespace Kontrakt.Context.Indexing;

/// <summary>Which file system a folder is on.</summary>
internal static class Mounts
{
    private const string Table = "/proc/self/mountinfo";

    /// <summary>Folder, device, the folder's own inode, and the mount's source and type: another disk in the same place differs.</summary>
    public static string Identity(string root)
    {
        var status = FileStatus.Of(root, follow: true).GetValueOrDefault();
        var device = string.Create(CultureInfo.InvariantCulture, $"{status.Device >> 32}:{status.Device & uint.MaxValue}");
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}\n{root}\n{device}\n{status.Inode}\n{Mount(device)}");
    }

    /// <summary>proc(5): id, parent, major:minor, root, mount point, options, optional fields, "-", type, source, options.</summary>
    private static string Mount(string device)
    {
        if (!File.Exists(Table))
            return "";
        foreach (var line in File.ReadLines(Table))
        {
            var fields = line.Split(' ');
            var separator = Array.IndexOf(fields, "-");
            if (fields.Length > 2 && fields[2] == device && separator >= 0 && separator + 2 < fields.Length)
                return $"{fields[separator + 1]} {fields[separator + 2]}";
        }
        return "";
    }
}
