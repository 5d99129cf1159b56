using Kontrakt.Context.Scanning;

namespace Kontrakt.Images.Templates.Sources;

/// <summary>The paths of a workspace and where their content is; what is added later wins.</summary>
internal sealed class StagedFiles
{
    private readonly SortedDictionary<string, ScannedPath> _paths = new(StringComparer.Ordinal);

    public void Add(ScannedPath path)
    {
        foreach (var above in Above(path.Path))
            if (_paths.TryGetValue(above, out var other) && other.Status.Kind != FileKind.Folder)
                _paths.Remove(above);
        if (path.Status.Kind != FileKind.Folder && _paths.TryGetValue(path.Path, out var folder) && folder.Status.Kind == FileKind.Folder)
            foreach (var below in _paths.Keys.Where(key => key.StartsWith(path.Path + "/", StringComparison.Ordinal)).ToList())
                _paths.Remove(below);
        _paths[path.Path] = path;
    }

    /// <summary>Where the content at a path is from; null where there is none.</summary>
    public string? Origin(string path) => _paths.GetValueOrDefault(path)?.Source;

    /// <summary>Makes a folder hold these paths and nothing else. What is the same already is not written, so that its hash stays known.</summary>
    public void Write(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        Clean(new(folder), "");
        foreach (var path in _paths.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Write(path, Path.Combine(folder, path.Path));
        }
    }

    private static void Write(ScannedPath path, string file)
    {
        if (path.Status.Kind == FileKind.Folder)
        {
            Directory.CreateDirectory(file);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? file);
        if (path.Target is not null)
        {
            if (new FileInfo(file).LinkTarget != path.Target)
            {
                File.Delete(file);
                File.CreateSymbolicLink(file, path.Target);
            }
            return;
        }
        if (!IsSame(path.Source, file))
            File.Copy(path.Source, file, overwrite: true);
        // As git has them: whoever checks out, the context is the same.
        if (!OperatingSystem.IsWindows() && ((path.Status.Mode & 0x40) != 0 ? (UnixFileMode)0x1ED : (UnixFileMode)0x1A4) is var mode && File.GetUnixFileMode(file) != mode)
            File.SetUnixFileMode(file, mode);
    }

    /// <summary>Removes what is not among the paths, or is of another kind.</summary>
    private void Clean(DirectoryInfo folder, string prefix)
    {
        foreach (var item in folder.EnumerateFileSystemInfos())
        {
            var path = prefix + item.Name;
            var isFolder = item is DirectoryInfo { LinkTarget: null };
            var wanted = _paths.TryGetValue(path, out var found) ? found : null;
            if (wanted is null ? !isFolder || !HasBelow(path) : (wanted.Status.Kind == FileKind.Folder) != isFolder || (wanted.Target is null) != (item.LinkTarget is null))
                Delete(item, isFolder);
            else if (isFolder)
                Clean((DirectoryInfo)item, path + "/");
        }
    }

    private static void Delete(FileSystemInfo item, bool isFolder)
    {
        if (isFolder)
            Directory.Delete(item.FullName, recursive: true);
        else
            item.Delete();
    }

    private bool HasBelow(string path) => _paths.Keys.Any(key => key.StartsWith(path + "/", StringComparison.Ordinal));

    private static bool IsSame(string one, string other)
    {
        if (!File.Exists(other) || new FileInfo(one).Length != new FileInfo(other).Length)
            return false;
        using var first = File.OpenRead(one);
        using var second = File.OpenRead(other);
        var (a, b) = (new byte[65536], new byte[65536]);
        for (int read; (read = first.ReadAtLeast(a, a.Length, throwOnEndOfStream: false)) > 0;)
            if (second.ReadAtLeast(b.AsSpan(0, read), read, throwOnEndOfStream: false) != read || !a.AsSpan(0, read).SequenceEqual(b.AsSpan(0, read)))
                return false;
        return true;
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            yield return path[..slash];
    }
}
