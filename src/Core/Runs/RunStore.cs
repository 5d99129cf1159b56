using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Kontrakt.Diagnostics;

namespace Kontrakt.Runs;

/// <summary>
/// A run's folder, (runs directory)/(id)/, and its record run.json in it. Every change is written at once, whole or not at all,
/// so that a step that dies leaves a record the next one can read. Safe for concurrent use.
/// </summary>
public sealed class RunStore
{
    private const string RecordFile = "run.json";
    private const string LatestFile = "latest";
    // Older runs than these are removed when a new one begins, but none that may still be going on.
    private const int RunsKept = 20;
    private static readonly TimeSpan YoungestRemoved = TimeSpan.FromDays(1);

    private readonly Lock _writing = new();
    private DateTime _written;

    private RunStore(string folder, RunRecord record) => (Folder, Record) = (folder, record);

    /// <summary>The run's folder, a full path.</summary>
    public string Folder { get; }

    /// <summary>The record as it is now.</summary>
    public RunRecord Record { get; private set; }

    /// <summary>Whether nobody else has written the record since it was read or written here.</summary>
    internal bool IsCurrent => File.GetLastWriteTimeUtc(Path.Combine(Folder, RecordFile)) == _written;

    /// <summary>The manifests of the run.</summary>
    internal RunManifests Manifests { get; } = new();

    public string KontraktFolder(string kontrakt) => Path.Combine(Folder, kontrakt);

    /// <summary>Begins a run: its folder, its record, and the mark that makes it the latest.</summary>
    public static RunStore Begin(string runsDirectory, RunRecord record)
    {
        var store = new RunStore(Path.Combine(runsDirectory, record.Id), record);
        WithFiles(runsDirectory, () =>
        {
            StateFolder.Make(runsDirectory, record.Directory);
            Directory.CreateDirectory(store.Folder);
            RemoveOldRuns(runsDirectory);
            store.Write(record);
            WholeFile.Write(Path.Combine(runsDirectory, LatestFile), record.Id);
        });
        return store;
    }

    /// <summary>Opens the record of a run; of the latest for null.</summary>
    /// <param name="needed">The step that makes what is missing, for the error.</param>
    /// <exception cref="KontraktException">KTR1023: there is no such run, or its record cannot be read.</exception>
    public static RunStore Open(string runsDirectory, string? id, RunStep needed) =>
        Find(runsDirectory, id, needed) ?? throw Ktr.RunMissing.Error(null, id is null ? "yet" : $"'{id}'", runsDirectory, "", needed.Target());

    /// <summary>The same, but null when there is no such run.</summary>
    public static RunStore? Find(string runsDirectory, string? id, RunStep needed)
    {
        var latest = Path.Combine(runsDirectory, LatestFile);
        if (id is null && File.Exists(latest))
            id = File.ReadAllText(latest).Trim();
        if (string.IsNullOrEmpty(id) || Path.GetFileName(id) != id)
            return null;
        var file = Path.Combine(runsDirectory, id, RecordFile);
        if (!File.Exists(file))
            return null;
        try
        {
            var written = File.GetLastWriteTimeUtc(file);
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(file), RunJson.Default.RunRecord);
            if (record is { Version: 1 })
                return new(Path.GetDirectoryName(file) ?? runsDirectory, record) { _written = written };
            throw Ktr.RunMissing.Error(null, $"'{id}' that this version can read", runsDirectory, "", needed.Target());
        }
        catch (JsonException e)
        {
            throw Ktr.RunMissing.Error(e, new(file), $"'{id}' that can be read", runsDirectory, $" ({e.Message})", needed.Target());
        }
    }

    /// <summary>Changes the record and writes it.</summary>
    public void Update(Func<RunRecord, RunRecord> change)
    {
        lock (_writing)
        {
            Record = change(Record);
            WithFiles(Folder, () => Write(Record));
        }
    }

    /// <summary>Changes one kontrakt of the record, or what comes before them, and writes it.</summary>
    public void Update(string kontrakt, Func<RunKontrakt, RunKontrakt> change)
    {
        IReadOnlyList<RunKontrakt> Changed(IReadOnlyList<RunKontrakt> all) => [.. all.Select(each => each.Name == kontrakt ? change(each) : each)];
        Update(record => record with { Kontrakts = Changed(record.Kontrakts), Prerequisites = Changed(record.Prerequisites) });
    }

    private void Write(RunRecord record)
    {
        var file = Path.Combine(Folder, RecordFile);
        WholeFile.Write(file, JsonSerializer.Serialize(record, RunJson.Default.RunRecord));
        _written = File.GetLastWriteTimeUtc(file);
    }

    private static void RemoveOldRuns(string runsDirectory)
    {
        var old = new DirectoryInfo(runsDirectory).EnumerateDirectories()
            .Where(folder => File.Exists(Path.Combine(folder.FullName, RecordFile)))
            .OrderByDescending(folder => folder.Name, StringComparer.Ordinal).Skip(RunsKept)
            .Where(folder => DateTime.UtcNow - folder.LastWriteTimeUtc > YoungestRemoved);
        foreach (var folder in old)
        {
            try
            {
                folder.Delete(recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Another run removed it at the same moment.
            }
        }
    }

    private static void WithFiles(string place, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Ktr.FileUnreadable.Error(e, null, place, e.Message);
        }
    }
}

/// <summary>Run ids: when, and five random characters, such as 20261120-053412-x7k2q. They sort by time; the last part is the short id in namespaces' names.</summary>
public static class RunId
{
    // No vowels and nothing that reads like another character: no accidental words, no misreading.
    private const string Alphabet = "bcdfghjkmnpqrstvwxz23456789";

    public static string New(TimeProvider time) =>
        time.GetUtcNow().ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture) + RandomNumberGenerator.GetString(Alphabet, 5);
}
