using System.Text;

namespace Kontrakt.Diagnostics;

/// <summary>
/// Files that are written whole or not at all: beside their place, then renamed. A reader never sees half of one, a process that is killed leaves none, and
/// of two that are written at once, in one process or several, one exists afterwards.
/// </summary>
internal static class WholeFile
{
    private const string Extension = ".tmp";
    private static readonly TimeSpan YoungestLeftover = TimeSpan.FromHours(1);

    /// <param name="path">In a folder that exists.</param>
    /// <param name="ready">Gets the path of the draft, which is whole and about to take its place.</param>
    /// <exception cref="IOException">It cannot be written, and what exists stays; so with the other exceptions of <see cref="FileStream"/>.</exception>
    public static void Write(string path, Action<Stream> write, Action<string>? ready = null)
    {
        var draft = $"{path}.{Guid.NewGuid():N}{Extension}";
        var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024);
        try
        {
            using (stream)
                write(stream);
            ready?.Invoke(draft);
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

    /// <summary>The file that a draft is of; null where the path is not one of a draft.</summary>
    public static string? OfDraft(string path) => path.EndsWith(Extension, StringComparison.Ordinal) && path.LastIndexOf('.', path.Length - Extension.Length - 1) is > 0 and var at
        && Guid.TryParseExact(path[(at + 1)..^Extension.Length], "N", out _) ? path[..at] : null;

    /// <summary>Removes what processes left that were killed while they wrote the file. What is young may be another's that is still at it.</summary>
    public static void RemoveLeftovers(string path)
    {
        var (directory, name) = (Path.GetDirectoryName(Path.GetFullPath(path)) ?? "", Path.GetFileName(path));
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles($"{name}.*{Extension}"))
            if (OfDraft(file.Name) == name && DateTime.UtcNow - file.LastWriteTimeUtc > YoungestLeftover)
                file.Delete();
    }
}
