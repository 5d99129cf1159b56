using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kontrakt.Git;

/// <summary>Names the state of a folder that git does not know, as in a first try.</summary>
internal static class FolderContent
{
    /// <summary>More is not a first try, but a folder that holds much else.</summary>
    private const int MostFiles = 10_000;

    public const string Prefix = "dev-";

    private const long MostBytes = 256 * 1024 * 1024;

    private static readonly EnumerationOptions Here = new() { AttributesToSkip = 0 };

    /// <summary>"dev-" and a hash of every file: path and content. Null: there is too much of it, or some of it cannot be read.</summary>
    /// <param name="own">What this program and builds write there, which does not count.</param>
    public static string? Describe(string directory, OwnFiles own)
    {
        try
        {
            var files = Files(directory, directory, own).Take(MostFiles + 1).Order(StringComparer.Ordinal).ToList();
            return files.Count <= MostFiles && files.Sum(file => new FileInfo(file).Length) <= MostBytes ? $"{Prefix}{Hash(directory, files)}" : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Links count by what they say, and not by what they lead to.</summary>
    private static IEnumerable<string> Files(string root, string folder, OwnFiles own)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", Here))
            if (Path.GetFileName(entry) is not (".git" or "node_modules") && !own.Contain(root, entry) && !own.Contain(root, Path.Combine(entry, "any")))
            {
                if (File.GetAttributes(entry) is var kind && kind.HasFlag(FileAttributes.Directory) && !kind.HasFlag(FileAttributes.ReparsePoint))
                    foreach (var file in Files(root, entry, own))
                        yield return file;
                else
                    yield return entry;
            }
    }

    private static string Hash(string root, IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            var (link, content) = (new FileInfo(file).LinkTarget, Array.Empty<byte>());
            var mode = link is null && !OperatingSystem.IsWindows() && File.GetUnixFileMode(file).HasFlag(UnixFileMode.UserExecute) ? "x" : "";
            // What has no length may be a pipe, which nobody may ever write to.
            if (link is null && new FileInfo(file).Length > 0)
            {
                using var stream = File.OpenRead(file);
                content = SHA256.HashData(stream);
            }
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Path.GetRelativePath(root, file).Replace('\\', '/')}\0{link}\0{mode}\0")));
            hash.AppendData(content);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }
}
