using Kontrakt.Context.Scanning;

namespace Kontrakt.Context.Indexing;

/// <summary>
/// Hashes of files as they were last seen, so that only what changed is read again. A hash is trusted while size, times, inode and device are what they
/// were. Never kept of a file so young that it could be written once more without its times telling (git's "racily clean" files).
/// </summary>
internal sealed class HashIndex
{
    private const long Second = 1_000_000_000;

    private readonly List<KnownFile> _read = [];
    private Dictionary<string, KnownFile>? _byPath;
    private int _next;
    private bool _learned;

    /// <summary>A class: the runtime brings collections of references compiled, and compiles those of other structs each time it starts.</summary>
    private sealed class KnownFile(string path, FileStatus status, string sha256)
    {
        public string Path { get; } = path;
        public FileStatus Status { get; } = status;
        public string Sha256 { get; } = sha256;
        public bool Seen { get; set; }
    }

    /// <summary>What was found or remembered since, by path; the rest is of files that are gone.</summary>
    public IReadOnlyCollection<(string Path, FileStatus Status, string Sha256)> Seen =>
        [.. ByPath().Values.Where(known => known.Seen).OrderBy(known => known.Path, StringComparer.Ordinal).Select(known => (known.Path, known.Status, known.Sha256))];

    /// <summary>Whether <see cref="Seen"/> is not what the index was read with.</summary>
    public bool IsChanged => _learned || _read.Exists(known => !known.Seen);

    /// <summary>The hash of a file that is what it was; null where it has to be read.</summary>
    public string? Find(string path, in FileStatus status)
    {
        // Files are asked for in the order they were written in: mostly it is the next one.
        var isNext = !_learned && _next < _read.Count && _read[_next].Path == path;
        var known = isNext ? _read[_next++] : ByPath().GetValueOrDefault(path);
        if (known is null || !known.Status.Is(status))
            return null;
        known.Seen = true;
        return known.Sha256;
    }

    /// <param name="looked">When the file system's clock showed this, in nanoseconds since 1970, the look at the files began.</param>
    public void Remember(string path, FileStatus status, string sha256, long looked)
    {
        if (!IsSettled(status, looked))
            return;
        ByPath()[path] = new(path, status, sha256) { Seen = true };
        _learned = true;
    }

    /// <summary>What an earlier look remembered; added in the order of paths.</summary>
    public void Add(string path, in FileStatus status, string sha256) => _read.Add(new(path, status, sha256));

    private Dictionary<string, KnownFile> ByPath()
    {
        if (_byPath is null)
        {
            _byPath = new(_read.Count, StringComparer.Ordinal);
            foreach (var known in _read)
                _byPath[known.Path] = known;
        }
        return _byPath;
    }

    /// <summary>Whether a change after the look must show in the times. Some file systems count whole or even seconds only; clocks tick in hundredths.</summary>
    private static bool IsSettled(FileStatus status, long looked)
    {
        var youngest = Math.Max(status.Modified, status.Changed);
        return youngest < looked - (youngest % Second == 0 ? 2 * Second : Second / 10);
    }
}
