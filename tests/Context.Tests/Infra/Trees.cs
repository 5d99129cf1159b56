using System.Security.Cryptography;
using System.Text;

namespace Kontrakt.Context.Tests.Infra;

/// <summary>Folders as text, one line to a path, so that two can be compared and a difference read.</summary>
internal static class Trees
{
    /// <summary>Kind, mode, and the hash of the content or the link's target; names of one file say so.</summary>
    public static string Describe(string root)
    {
        var first = new Dictionary<ulong, string>();
        return string.Join('\n', Directory.EnumerateFileSystemEntries(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => (Path: Path.GetRelativePath(root, path), Full: path)).OrderBy(path => path.Path, StringComparer.Ordinal)
            .Select(path => Line(path.Path, path.Full, first)));
    }

    public static string Line(string path, UnixFileMode mode, string content) => $"{path} f {Octal(mode)} {Hash(Encoding.UTF8.GetBytes(content))}";

    public static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];

    public static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8);

    private static string Line(string path, string full, Dictionary<ulong, string> first)
    {
        var status = Scanning.FileStatus.Of(full) ?? throw new InvalidOperationException($"{full} is gone");
        return status.Kind switch
        {
            Scanning.FileKind.Folder => $"{path} d {Octal((UnixFileMode)status.Mode)}",
            Scanning.FileKind.Link => $"{path} l {new FileInfo(full).LinkTarget}",
            _ when status.Links > 1 && !first.TryAdd(status.Inode, path) => $"{path} h {first[status.Inode]}",
            _ => $"{path} f {Octal((UnixFileMode)status.Mode)} {Hash(File.ReadAllBytes(full))}",
        };
    }
}
