using System.Text;

namespace Kontrakt.Diagnostics;

/// <summary>
/// Files that are written whole or not at all: beside their place, then renamed. A reader never sees half of one, a process that is killed leaves none, and
/// of two that are written at once, in one process or several, one is there afterwards.
/// </summary>
internal static class WholeFile
{
    private const string Extension = ".tmp";
    private static readonly TimeSpan YoungestLeftover = TimeSpan.FromHours(1);

    /// <param name="path">In a folder that is there.</param>
    /// <exception cref="IOException">It cannot be written, and what is there stays; so with the other exceptions of <see cref="FileStream"/>.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var draft = $"{path}.{Guid.NewGuid():N}{Extension}";
        var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024);
        try
        {
            using (stream)
                write(stream);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception)
        {
            File.Delete(draft);
            throw;
        }
    }

    public static void Write(string path, ReadOnlyMemory<byte> bytes) => Write(path, stream => stream.Write(bytes.Span));

    /// <summary>In UTF-8.</summary>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Removes what processes left that were killed while they wrote the file. What is young may be another's that is still at it.</summary>
    public static void RemoveLeftovers(string path)
    {
        var (directory, name) = (Path.GetDirectoryName(Path.GetFullPath(path)) ?? "", Path.GetFileName(path));
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles($"{name}.*{Extension}").Where(file => IsLeftover(file, name)))
            file.Delete();
    }

    private static bool IsLeftover(FileInfo file, string name) =>
        Guid.TryParseExact(file.Name[(name.Length + 1)..^Extension.Length], "N", out _) && DateTime.UtcNow - file.LastWriteTimeUtc > YoungestLeftover;
}
