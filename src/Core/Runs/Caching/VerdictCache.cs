using System.Text.Json;
using Kontrakt.Diagnostics;
using Kontrakt.Git;

namespace Kontrakt.Runs;

/// <summary>
/// A folder of kept verdicts, a file for each, which several runs and machines may share. What cannot be read there is reported and counts as absent;
/// what cannot be written there is reported and changes no verdict. Safe for concurrent use.
/// </summary>
/// <param name="written">Where entries are noted; null for a folder where nothing else looks.</param>
internal sealed class VerdictCache(string folder, IRunLog log, WrittenFiles? written = null)
{
    // An entry has some kilobytes. Something larger is not one.
    private const long LargestEntry = 4 * 1024 * 1024;

    private int _refusals;

    /// <summary>The verdict that was kept for exactly this cover, with exactly these tests; null where there is none.</summary>
    public VerdictEntry? Find(VerdictCover cover, IEnumerable<string> tests)
    {
        var file = FileOf(cover);
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists)
                return null;
            if (info.Length > LargestEntry)
                return Unusable(file, "it is too large");
            var entry = JsonSerializer.Deserialize(File.ReadAllBytes(file), VerdictEntry.Json.VerdictEntry);
            if (entry is null || entry.Format != VerdictEntry.CurrentFormat)
                return Unusable(file, "it is not an entry that this version knows");
            if (entry.Key != cover.ToKey() || entry.Covers.ToText() != cover.ToText())
                return Unusable(file, "it covers something else than its name says");
            return entry.Passed.Tests.Select(test => test.Name).Order(StringComparer.Ordinal).SequenceEqual(tests.Order(StringComparer.Ordinal))
                ? entry : Unusable(file, "its tests are not those of the kontrakt");
        }
        catch (JsonException e)
        {
            return Unusable(file, e.Message.TrimEnd('.'));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refused("read", e);
            return null;
        }
    }

    /// <summary>Keeps a verdict. Of two runs that keep the same one at once, one exists afterwards, whole.</summary>
    public void Save(VerdictEntry entry)
    {
        var file = FileOf(entry.Covers);
        try
        {
            Directory.CreateDirectory(folder);
            byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(entry, VerdictEntry.Json.VerdictEntry), (byte)'\n'];
            written?.Note(file, bytes, log);
            WholeFile.Write(file, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refused("written", e);
        }
    }

    /// <summary>Takes a verdict away, because what it covers has failed since.</summary>
    public void Remove(VerdictCover cover)
    {
        try
        {
            File.Delete(FileOf(cover));
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was ever kept there.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refused("written", e);
        }
    }

    private string FileOf(VerdictCover cover) => Path.Combine(folder, $"{cover.ToKey()}.json");

    private VerdictEntry? Unusable(string file, string why)
    {
        log.Report(new RunEvent.Progress($"kept verdicts: '{file}' is ignored: {why}"));
        return null;
    }

    /// <summary>A folder that refuses does so for every kontrakt.</summary>
    private void Refused(string what, Exception e)
    {
        if (Interlocked.Exchange(ref _refusals, 1) == 0)
            log.Report(new RunEvent.Progress($"kept verdicts: '{folder}' cannot be {what}: {e.Message}"));
    }
}
