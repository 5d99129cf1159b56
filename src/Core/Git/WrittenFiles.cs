using System.Security.Cryptography;
using System.Text;
using Kontrakt.Diagnostics;

namespace Kontrakt.Git;

/// <summary>
/// The files that runs wrote where a setting said so, such as reports. The runs directory has a note of each, by which later commands know that
/// it is not a source, whatever their own settings name. One that somebody else has written since is a source again.
/// </summary>
/// <param name="sources">A runs directory that holds these as well is not hidden from git.</param>
internal sealed class WrittenFiles(string runsDirectory, string sources)
{
    private static readonly TimeSpan YoungestRemoved = TimeSpan.FromHours(1);

    private readonly string _folder = Path.Combine(RealPath.Of(Path.GetFullPath(runsDirectory)), "written");

    /// <summary>Notes a file that is about to be written. Its content until then stays noted as well: which of the two another process sees is open.</summary>
    public void Note(string path, ReadOnlySpan<byte> content, IRunLog log) => Note(path, SHA256.HashData(content), log);

    /// <summary>The same for the content of a file that is going to take its place.</summary>
    /// <exception cref="IOException">The draft cannot be read.</exception>
    public void NoteDraft(string path, string draft, IRunLog log) => Note(path, HashOf(draft), log);

    /// <param name="path">A full path without links.</param>
    public bool Has(string path)
    {
        try
        {
            return (Hashes(NoteOf(path)) is { Length: > 0 } hashes && hashes.Contains(Convert.ToHexStringLower(HashOf(path))))
                || (WholeFile.OfDraft(path) is { } whole && File.Exists(NoteOf(whole)));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // Then it is like any other file that cannot be read: who counts it says so.
            return false;
        }
    }

    private void Note(string path, byte[] hash, IRunLog log)
    {
        path = RealPath.Of(Path.GetFullPath(path));
        if (GitRoot.Find(Path.GetDirectoryName(path) ?? path) is null)
            return;
        try
        {
            var note = NoteOf(path);
            StateFolder.Make(Path.GetDirectoryName(_folder) ?? _folder, sources);
            Directory.CreateDirectory(_folder);
            if (!File.Exists(note))
                RemoveOld();
            WholeFile.Write(note, $"{string.Join(' ', [.. Hashes(note).TakeLast(1), Convert.ToHexStringLower(hash)])}\n{Relative(path)}");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A run that cannot write there fails for that reason, and its reports say so.
            log.Report(new RunEvent.Detail($"'{path}' is written without a note in '{_folder}' ({refused.Message}); a later source reference counts it"));
        }
    }

    /// <summary>Notes of files that no longer exist. The file of a young one may be about to.</summary>
    private void RemoveOld()
    {
        foreach (var note in new DirectoryInfo(_folder).EnumerateFiles().Where(note => DateTime.UtcNow - note.LastWriteTimeUtc > YoungestRemoved))
            if (File.ReadAllText(note.FullName).Split('\n', 2) is [_, var relative] && !File.Exists(Path.GetFullPath(relative, _folder)))
                note.Delete();
    }

    /// <summary>By the way from here to there, so that both can be moved together.</summary>
    private string NoteOf(string path) => Path.Combine(_folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Relative(path))))[..32]);

    private string Relative(string path) => Path.GetRelativePath(_folder, path);

    private static string[] Hashes(string note) => File.Exists(note) ? File.ReadLines(note).First().Split(' ') : [];

    private static byte[] HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return SHA256.HashData(stream);
    }
}
