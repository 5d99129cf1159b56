namespace Kontrakt.Extractor;

/// <summary>What is copied where.</summary>
/// <param name="Delete">Whether what is in the target and not in the context goes.</param>
public sealed record ExtractionRequest(string Source, string Target, bool Delete);

/// <summary>Copies a context once: files whole, links as links, modes as they were. Continues after an error, so that all of them are reported.</summary>
public sealed class Extraction(ExtractionRequest request, ContextDetails details)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly List<string> _problems = [];
    private readonly HashSet<string> _copied = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Problems => _problems;
    public int Files { get; private set; }
    public int Links { get; private set; }
    public long Bytes { get; private set; }
    public int Deleted { get; private set; }

    /// <exception cref="IOException">There is no context, or no place for one.</exception>
    public void Run()
    {
        if (!Directory.Exists(request.Source))
            throw new DirectoryNotFoundException($"there is no '{request.Source}'");
        Directory.CreateDirectory(request.Target);
        CopyFolder("");
        foreach (var (path, first) in details.HardLinks)
            Try(path, () => LinkTo(path, first));
        foreach (var path in details.Paths.Except(_copied).Except(details.HardLinks.Keys).Order(StringComparer.Ordinal))
            _problems.Add($"the image lacks '{path}', which its manifest names");
    }

    private void CopyFolder(string folder)
    {
        foreach (var entry in new DirectoryInfo(At(request.Source, folder)).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var path = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            Try(path, () => Copy(path, entry));
        }
        if (request.Delete)
            DeleteOthers(folder);
    }

    private void Copy(string path, FileSystemInfo entry)
    {
        var target = At(request.Target, path);
        if (entry.LinkTarget is { } leadsTo)
        {
            Clear(target);
            File.CreateSymbolicLink(target, leadsTo);
            Links++;
        }
        else if (entry is DirectoryInfo)
        {
            MakeFolder(target);
            CopyFolder(path);
            File.SetUnixFileMode(target, ModeOf(path, entry));
        }
        else if (details.HardLinks.ContainsKey(path))
        {
            return;
        }
        else
        {
            Clear(target);
            Bytes += FileCopy.Run(entry.FullName, target, _buffer);
            File.SetUnixFileMode(target, ModeOf(path, entry));
            Files++;
        }
        _copied.Add(path);
    }

    /// <summary>A file's further name, which the layers of an image need not keep one with the first.</summary>
    private void LinkTo(string path, string first)
    {
        var target = At(request.Target, path);
        Clear(target);
        LinkCall.Make(At(request.Target, first), target);
        _copied.Add(path);
        Files++;
    }

    private void DeleteOthers(string folder)
    {
        foreach (var entry in new DirectoryInfo(At(request.Target, folder)).EnumerateFileSystemInfos())
        {
            var path = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            if (_copied.Contains(path) || details.Paths.Contains(path))
                continue;
            Try(path, () =>
            {
                Clear(entry.FullName);
                Deleted++;
            });
        }
    }

    private UnixFileMode ModeOf(string path, FileSystemInfo entry) => details.Modes is not { } modes ? entry.UnixFileMode : modes.TryGetValue(path, out var mode) ? mode : entry.UnixFileMode;

    private void Try(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _problems.Add($"'{path}' was not copied: {failure.Message}");
        }
    }

    /// <summary>A folder of its own, never one that a link leads to.</summary>
    private static void MakeFolder(string target)
    {
        if (new DirectoryInfo(target) is not { Exists: true, LinkTarget: null })
        {
            Clear(target);
            Directory.CreateDirectory(target);
        }
        File.SetUnixFileMode(target, File.GetUnixFileMode(target) | OwnerOnly);
    }

    /// <summary>Takes away what exists: a link itself, a folder with all in it.</summary>
    private static void Clear(string target)
    {
        var there = new DirectoryInfo(target);
        if (there is { Exists: true, LinkTarget: null })
            there.Delete(recursive: true);
        else
            File.Delete(target);
    }

    private static string At(string root, string path) => path.Length == 0 ? root : $"{root}/{path}";
}
