namespace Kontrakt.Context.Scanning;

internal enum FileKind { File, Folder, Link, Special }

/// <summary>What the file system says of a path. Two equal ones of one path, not too young, mean the same bytes.</summary>
/// <param name="Modified">Nanoseconds since 1970, as <paramref name="Changed"/> is.</param>
/// <param name="Changed">When anything about it changed last (ctime), which no program can set; where there is none, when it was made.</param>
/// <param name="Device">Tells file systems apart; with <paramref name="Inode"/>, files. Both 0 where they are not known.</param>
/// <param name="Links">Names the file has.</param>
/// <param name="Mode">Permissions with set-id and sticky bits.</param>
internal readonly record struct FileStatus(FileKind Kind, long Size, long Modified, long Changed, ulong Device, ulong Inode, uint Links, int Mode)
{
    private const int Everything = 0x1ED;

    /// <summary>What <c>==</c> says, without the comparers that the runtime would compile for it each time it starts.</summary>
    public bool Is(in FileStatus other) => Modified == other.Modified && Changed == other.Changed && Size == other.Size && Inode == other.Inode && Device == other.Device
        && Kind == other.Kind && Links == other.Links && Mode == other.Mode;

    /// <summary>Null when there is no such path. A link is described itself, not what it leads to, unless <paramref name="follow"/>.</summary>
    /// <exception cref="IOException">The system's own words.</exception>
    public static FileStatus? Of(string path, bool follow = false) => OperatingSystem.IsLinux() ? StatxCall.Read(path, follow) : Portable(path, follow);

    /// <summary>Elsewhere: what .NET knows. Without inodes, files are told apart by size and times alone.</summary>
    private static FileStatus? Portable(string path, bool follow)
    {
        FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        if (follow && info.LinkTarget is not null)
            info = info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
        if (!info.Exists && info.LinkTarget is null)
            return null;
        var kind = info.LinkTarget is not null && !follow ? FileKind.Link : info is DirectoryInfo ? FileKind.Folder : FileKind.File;
        // Windows has no permissions of this kind; Docker's own client sends these, so that scripts run.
        var mode = OperatingSystem.IsWindows() ? Everything : (int)info.UnixFileMode;
        return new(kind, info is FileInfo file ? file.Length : 0, Nanoseconds(info.LastWriteTimeUtc), Nanoseconds(info.CreationTimeUtc), 0, 0, 1, mode);
    }

    private static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks * 100;
}
