using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>
/// The files of a volume in a folder, replaced all at once: they are in a folder of their own that the link ..data names, and the names that
/// are seen are links into it (the form that the kubelet gives such volumes, and that programs which watch for ..data rely on).
/// </summary>
internal sealed class PublishedFiles(string directory, uint? group)
{
    private const string Data = "..data";
    private IReadOnlyList<VolumeFile>? published;
    private int version;

    /// <returns>Whether anything was new.</returns>
    public bool Publish(IReadOnlyList<VolumeFile> files)
    {
        if (published is not null && published.Count == files.Count && published.Zip(files).All(pair => pair.First.IsSame(pair.Second)))
            return false;
        if (published is null)
            MakeFolder(directory);
        var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"..{DateTime.UtcNow:yyyy_MM_dd_HH_mm_ss}.{version++}");
        Write(Path.Combine(directory, name), files);
        var before = new DirectoryInfo(Path.Combine(directory, Data)).LinkTarget;
        Point(name);
        Link(files);
        if (before is not null)
            Directory.Delete(Path.Combine(directory, before), recursive: true);
        published = files;
        return true;
    }

    private void Write(string folder, IReadOnlyList<VolumeFile> files)
    {
        MakeFolder(folder);
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Path);
            MakeFolders(folder, file.Path);
            File.WriteAllBytes(path, file.Content);
            File.SetUnixFileMode(path, (UnixFileMode)(group is null ? file.Mode : file.Mode | 0b100_100_000));
            VolumeOwnership.SetGroup(path, group);
        }
    }

    private void MakeFolders(string root, string file)
    {
        var folder = root;
        foreach (var part in file.Split('/')[..^1])
        {
            folder = Path.Combine(folder, part);
            if (!Directory.Exists(folder))
                MakeFolder(folder);
        }
    }

    private void MakeFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        // Whatever the engine's umask is: the container's user has to get through.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        VolumeOwnership.SetGroup(folder, group);
    }

    private void Point(string name)
    {
        var temporary = Path.Combine(directory, "..data_tmp");
        File.Delete(temporary);
        File.CreateSymbolicLink(temporary, name);
        if (VolumeCalls.rename(temporary, Path.Combine(directory, Data)) != 0)
            throw new IOException($"cannot replace {Data} in {directory}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Names that are new get a link, those that are gone lose it.</summary>
    private void Link(IReadOnlyList<VolumeFile> files)
    {
        var names = files.Select(file => file.Path.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in new DirectoryInfo(directory).EnumerateFileSystemInfos().Where(entry => !entry.Name.StartsWith("..", StringComparison.Ordinal) && !names.Contains(entry.Name)))
            File.Delete(gone.FullName);
        foreach (var name in names)
        {
            var link = Path.Combine(directory, name);
            if (new FileInfo(link).LinkTarget is null)
                File.CreateSymbolicLink(link, Path.Combine(Data, name));
        }
    }
}
