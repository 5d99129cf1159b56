using Kontrakt.Diagnostics;
using Kontrakt.Git;

namespace Kontrakt.Reports;

/// <summary>A report on disk.</summary>
internal static class ReportFile
{
    /// <summary>Writes the file whole or not at all: a reader never sees half of one, and of two that are written at once one exists afterwards.</summary>
    /// <exception cref="IOException">The file cannot be written; so with the other exceptions of <see cref="IsRefusal"/>.</exception>
    public static void Write(string path, Action<Stream> write, WrittenFiles written, IRunLog log)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
            Directory.CreateDirectory(directory);
        WholeFile.Write(path, write, draft => written.NoteDraft(path, draft, log));
    }

    /// <summary>Removes what processes left that were killed while they wrote the file. What is young may be another's that is still at it.</summary>
    public static void RemoveLeftovers(string path)
    {
        try
        {
            WholeFile.RemoveLeftovers(path);
        }
        catch (Exception refused) when (IsRefusal(refused))
        {
            // No folder yet, or one that is not to be written to: the run's end says so of the report itself.
        }
    }

    /// <summary>Whether it says that the disk, the path or the rights are to blame.</summary>
    public static bool IsRefusal(Exception exception) => exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
