using System.Text;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Images.LinuxFiles;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>
/// Files as a container would see them, read out of the layers without mounting them: the highest layer wins, whiteouts and opaque folders
/// hide what is below, and links lead within the image only, since each name is opened by itself and never followed by the kernel.
/// </summary>
internal sealed class MergedLayers(IReadOnlyList<string> layers)
{
    private const int LinkLimit = 40;
    private const int PathLimit = 4096;

    /// <param name="path">Absolute in the image.</param>
    /// <param name="limit">Bytes.</param>
    /// <returns>Null when the image has no such file.</returns>
    /// <exception cref="IOException">It is larger, no regular file, or cannot be read.</exception>
    public byte[]? ReadFile(string path, int limit)
    {
        using var handle = Find(path);
        if (handle is null)
            return null;
        var length = RandomAccess.GetLength(handle);
        if (length > limit)
            throw new IOException($"the image's '{path}' has {length} bytes, and at most {limit} are read");
        var bytes = new byte[length];
        var read = RandomAccess.Read(handle, bytes, 0);
        return bytes[..read];
    }

    private SafeFileHandle? Find(string path)
    {
        var names = new LinkedList<string>(path.Split('/').Where(name => name is not ("" or ".")));
        var walked = new Stack<List<SafeFileHandle>>();
        try
        {
            walked.Push(Roots());
            for (var links = 0; names.First is { } first;)
            {
                names.RemoveFirst();
                if (first.Value == "..")
                {
                    if (walked.Count > 1)
                        Close(walked.Pop());
                    continue;
                }
                var (folders, other, target) = Step(walked.Peek(), LayerPathName.FromText(first.Value), isLast: names.Count == 0);
                if (target is not null)
                {
                    if (++links > LinkLimit)
                        throw new IOException($"the image's '{path}' leads through more than {LinkLimit} links");
                    if (target.StartsWith('/'))
                        Unwind(walked, 1);
                    foreach (var name in target.Split('/').Where(name => name is not ("" or ".")).Reverse())
                        names.AddFirst(name);
                }
                else if (folders.Count > 0)
                    walked.Push(folders);
                else
                    return other;
            }
            throw new IOException($"the image's '{path}' is a folder");
        }
        finally
        {
            Unwind(walked, 0);
        }
    }

    /// <summary>The highest layer first.</summary>
    private List<SafeFileHandle> Roots() => [.. layers.Reverse().Select(FolderTree.Open)];

    /// <summary>One name in a folder that several layers have: those that have it as a folder, or the file, or where the link leads.</summary>
    private static (List<SafeFileHandle> Folders, SafeFileHandle? File, string? Link) Step(List<SafeFileHandle> folders, string name, bool isLast)
    {
        var native = LayerPathName.Native(name);
        var found = new List<SafeFileHandle>();
        foreach (var folder in folders)
        {
            if (!TryGetStatus(folder, native, out var status))
                continue;
            if (status.Type == DirectoryType)
            {
                var inner = OpenAs(folder, native, name, LinuxFiles.Folder);
                found.Add(inner);
                if (OverlayMarks.OfThisProcess.IsOpaque(inner))
                    break;
                continue;
            }
            // Hidden, or in the way of what is below; below a folder it means nothing.
            if (status.IsWhiteout || found.Count > 0)
                break;
            if (status.Type == SymbolicLink)
                return (found, null, ReadTarget(folder, native, name));
            if (!isLast)
                break;
            return status.Type == RegularFile ? (found, OpenAs(folder, native, name, 0), null) : throw new IOException($"the image's '{LayerPathName.Readable(name)}' is not a regular file");
        }
        return (found, null, null);
    }

    private static SafeFileHandle OpenAs(SafeFileHandle folder, byte[] native, string name, int type)
    {
        var handle = Open(folder, native, ReadOnly | type | NoFollow | CloseOnExec, 0);
        return handle.IsInvalid ? throw FileFailure.Last("opening the image's", name) : handle;
    }

    private static unsafe string ReadTarget(SafeFileHandle folder, byte[] native, string name)
    {
        var target = stackalloc byte[PathLimit];
        var length = ReadLink(folder, native, target, PathLimit);
        return length < 0 ? throw FileFailure.Last("reading the image's link", name) : Encoding.UTF8.GetString(target, (int)length);
    }

    private static void Unwind(Stack<List<SafeFileHandle>> walked, int depth)
    {
        while (walked.Count > depth)
            Close(walked.Pop());
    }

    private static void Close(List<SafeFileHandle> folders)
    {
        foreach (var folder in folders)
            folder.Dispose();
    }
}
