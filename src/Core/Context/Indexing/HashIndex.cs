using Kontrakt.Context.Scanning;

namespace Kontrakt.Context.Indexing;

/// <summary>
/// Hashes of files as they were last seen, so that only what changed is read again. A hash is believed while size, times, inode and device are what they
/// were. Never kept of a file so young that it could be written once more without its times telling (git's "racily clean" files).
/// </summary>
internal sealed class HashIndex
{
    private const long Second = 1_000_000_000;

    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Known> _seen = new(StringComparer.Ordinal);
    private bool _learned;

    /// <summary>A class: the runtime brings dictionaries of references compiled, and compiles those of other structs each time it starts.</summary>
    private sealed class Known(FileStatus status, string sha256)
    {
        public FileStatus Status { get; } = status;
        public string Sha256 { get; } = sha256;
    }

    /// <summary>What was found or remembered since; the rest is of files that are gone.</summary>
    public IReadOnlyCollection<(string Path, FileStatus Status, string Sha256)> Seen => [.. _seen.Select(pair => (pair.Key, pair.Value.Status, pair.Value.Sha256))];

    /// <summary>Whether <see cref="Seen"/> is not what the index was read with.</summary>
    public bool IsChanged => _learned || _seen.Count != _known.Count;

    /// <summary>The hash of a file that is what it was; null where it has to be read.</summary>
    public string? Find(string path, FileStatus status)
    {
        if (!_known.TryGetValue(path, out var known) || known.Status != status)
            return null;
        _seen[path] = known;
        return known.Sha256;
    }

    /// <param name="looked">When the file system's clock showed this, in nanoseconds since 1970, the look at the files began.</param>
    public void Remember(string path, FileStatus status, string sha256, long looked)
    {
        if (!IsSettled(status, looked))
            return;
        _known[path] = _seen[path] = new(status, sha256);
        _learned = true;
    }

    /// <summary>What an earlier look remembered.</summary>
    public void Add(string path, FileStatus status, string sha256) => _known[path] = new(status, sha256);

    /// <summary>Whether a change after the look must show in the times. Some file systems count whole or even seconds only; clocks tick in hundredths.</summary>
    private static bool IsSettled(FileStatus status, long looked)
    {
        var youngest = Math.Max(status.Modified, status.Changed);
        return youngest < looked - (youngest % Second == 0 ? 2 * Second : Second / 10);
    }
}
