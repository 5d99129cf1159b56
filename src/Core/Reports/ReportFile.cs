namespace Kontrakt.Reports;

/// <summary>A report on disk.</summary>
internal static class ReportFile
{
    /// <summary>Writes the file whole or not at all: a reader never sees half of one, and of two that are written at once one is there afterwards.</summary>
    /// <exception cref="IOException">The file cannot be written; so with the other exceptions of <see cref="IsRefusal"/>.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
            Directory.CreateDirectory(directory);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024))
                write(stream);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception)
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Whether it says that the disk, the path or the rights are to blame.</summary>
    public static bool IsRefusal(Exception exception) => exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
