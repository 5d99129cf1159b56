using System.Buffers;
using System.Runtime.InteropServices;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Images.LinuxFiles;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>Makes the files of a layer as an archive lists them, with overlayfs's marks in place of an image's whiteouts (image-spec, layer.md).</summary>
internal sealed class LayerExtractor(LayerRoot root, OverlayMarks marks, LayerNotes notes) : IDisposable
{
    private const string WhiteoutPrefix = ".wh.";
    private const string OpaqueName = ".wh..wh..opq";
    private const int BufferSize = 128 * 1024;

    private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    /// <summary>Their times change with what is put into them, and are set last.</summary>
    private readonly Dictionary<string, (long Seconds, long Nanoseconds)> folders = [];

    public async Task WriteAsync(TarEntry entry, TarReader content, CancellationToken cancellationToken)
    {
        var names = LayerPathName.Split(entry.Name);
        var path = string.Join('/', names);
        if (names.Length == 0)
            WriteRoot(entry);
        else if (names[^1].StartsWith(WhiteoutPrefix, StringComparison.Ordinal))
            Hide(names);
        else if (entry.Kind == TarEntryKind.Device)
            LeaveOut(path);
        else if (entry.Kind == TarEntryKind.File)
            await WriteFileAsync(entry, names, content, cancellationToken);
        else
            Write(entry, names, path);
    }

    /// <summary>After the last entry.</summary>
    public void Finish()
    {
        // The deepest first: no other order leaves the times of those above alone.
        foreach (var (path, time) in folders.OrderByDescending(folder => folder.Key.Length))
        {
            var names = path.Length == 0 ? ["."] : path.Split('/');
            // What was replaced by something else since is not a folder any more.
            if (root.TryParent(names) is { } parent && TryGetStatus(parent, LayerPathName.Native(names[^1]), out var there) && there.Type == DirectoryType)
                SetTimes(parent, names[^1], path, time);
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    private void WriteRoot(TarEntry entry)
    {
        if (entry.Kind != TarEntryKind.Folder)
            throw new LayerException("it holds an entry with the place of the image's root that is not a folder");
        SetOwner(root.Handle, ".", entry);
        SetMode(root.Handle, "/", entry);
        folders[""] = Modified(entry);
    }

    private void Write(TarEntry entry, string[] names, string path)
    {
        var folder = root.Parent(names);
        var name = names[^1];
        switch (entry.Kind)
        {
            case TarEntryKind.Folder:
                WriteFolder(entry, folder, name, path);
                return;
            case TarEntryKind.HardLink:
                WriteHardLink(entry, names, path);
                return;
            case TarEntryKind.SymbolicLink:
                Clear(folder, name);
                Check(MakeSymbolicLink(LayerPathName.Native(LinkTarget(entry)), folder, LayerPathName.Native(name)), "making the link", path);
                SetOwner(folder, name, entry);
                break;
            default:
                Clear(folder, name);
                Check(MakeNode(folder, LayerPathName.Native(name), Fifo | entry.Mode, 0), "making the pipe", path);
                SetOwner(folder, name, entry);
                Check(ChangeMode(folder, LayerPathName.Native(name), entry.Mode, 0), "setting the mode of", path);
                break;
        }
        SetTimes(folder, name, path, Modified(entry));
    }

    private void WriteFolder(TarEntry entry, SafeFileHandle parent, string name, string path)
    {
        const uint ownerOnly = 0x1C0;
        var native = LayerPathName.Native(name);
        var wasHidden = false;
        if (TryGetStatus(parent, native, out var there) && there.Type != DirectoryType)
        {
            wasHidden = there.IsWhiteout;
            Clear(parent, name);
        }
        if (MakeFolder(parent, native, ownerOnly) != 0 && Marshal.GetLastPInvokeError() != Errno.EEXIST)
            throw FileFailure.Last("making the folder", path);
        using var folder = Open(parent, native, ReadOnly | LinuxFiles.Folder | NoFollow | CloseOnExec, 0);
        if (folder.IsInvalid)
            throw FileFailure.Last("opening the folder", path);
        SetOwner(parent, name, entry);
        SetMode(folder, path, entry);
        SetAttributes(folder, path, entry);
        // Hidden first and then there again: what the layers below have in it stays hidden.
        if (wasHidden)
            marks.MakeOpaque(folder, path);
        folders[path] = Modified(entry);
    }

    private async Task WriteFileAsync(TarEntry entry, string[] names, TarReader content, CancellationToken cancellationToken)
    {
        const uint ownerOnly = 0x180;
        var path = string.Join('/', names);
        var parent = root.Parent(names);
        Clear(parent, names[^1]);
        using var file = Open(parent, LayerPathName.Native(names[^1]), WriteOnly | Create | Exclusive | NoFollow | CloseOnExec, ownerOnly);
        if (file.IsInvalid)
            throw FileFailure.Last("making the file", path);
        foreach (var extent in entry.Extents ?? [new(0, entry.Size)])
        {
            for (var (at, end) = (extent.Offset, extent.Offset + extent.Length); at < end;)
            {
                var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferSize, end - at)), cancellationToken);
                RandomAccess.Write(file, buffer.AsSpan(0, read), at);
                at += read;
            }
        }
        if (entry.Extents is not null)
            RandomAccess.SetLength(file, entry.RealSize);
        notes.Bytes += entry.RealSize;
        // In this order: a change of owner takes set-id bits and file capabilities away.
        SetOwner(parent, names[^1], entry);
        SetMode(file, path, entry);
        SetAttributes(file, path, entry);
        SetTimes(parent, names[^1], path, Modified(entry));
    }

    private void WriteHardLink(TarEntry entry, string[] names, string path)
    {
        var target = LayerPathName.Split(entry.Link);
        if (target.Length == 0)
            throw new LayerException($"it holds the hard link '{LayerPathName.Readable(path)}' to the image's root");
        if (string.Join('/', target) == path)
            return;
        // The handle of one folder is given up when another is asked for.
        using var from = Again(root.TryParent(target) ?? throw new LayerException($"it holds the hard link '{LayerPathName.Readable(path)}' to '{LayerPathName.Readable(entry.Link)}', which the layer does not have"));
        var folder = root.Parent(names);
        if (!TryGetStatus(from, LayerPathName.Native(target[^1]), out var linked))
            throw new LayerException($"it holds the hard link '{LayerPathName.Readable(path)}' to '{LayerPathName.Readable(entry.Link)}', which the layer does not have");
        if (linked.Type == DirectoryType)
            throw new LayerException($"it holds the hard link '{LayerPathName.Readable(path)}' to '{LayerPathName.Readable(entry.Link)}', which is a folder");
        Clear(folder, names[^1]);
        Check(MakeHardLink(from, LayerPathName.Native(target[^1]), folder, LayerPathName.Native(names[^1]), 0), "making the hard link", path);
    }

    private void Hide(string[] names)
    {
        var hidden = names[^1][WhiteoutPrefix.Length..];
        var path = string.Join('/', [.. names[..^1], hidden]);
        // The names of aufs's own housekeeping begin with the prefix twice, and say nothing of the image.
        if (names[^1] != OpaqueName && hidden.StartsWith(WhiteoutPrefix, StringComparison.Ordinal))
            return;
        if (hidden is "" or "." or "..")
            throw new LayerException($"it holds the whiteout '{LayerPathName.Readable(string.Join('/', names))}', which hides nothing that could be");
        var folder = root.Parent(names);
        if (names[^1] == OpaqueName)
        {
            using var opaque = Again(folder);
            marks.MakeOpaque(opaque, path);
            return;
        }
        if (!TryGetStatus(folder, LayerPathName.Native(hidden), out var there))
        {
            Check(MakeNode(folder, LayerPathName.Native(hidden), CharacterDevice, 0), "hiding", path);
            return;
        }
        // It hides what the layers below have, not what this one has. A file does that by being there.
        if (there.Type != DirectoryType)
            return;
        using var replaced = Open(folder, LayerPathName.Native(hidden), ReadOnly | LinuxFiles.Folder | NoFollow | CloseOnExec, 0);
        marks.MakeOpaque(replaced, path);
    }

    private void LeaveOut(string path)
    {
        notes.DevicesLeftOut++;
        notes.Example($"device left out: /{LayerPathName.Readable(path)}");
    }

    /// <summary>A later entry replaces an earlier one, whatever either is; except two folders, which become one.</summary>
    private void Clear(SafeFileHandle folder, string name)
    {
        if (!TryGetStatus(folder, LayerPathName.Native(name), out var there))
            return;
        FolderTree.Delete(folder, name);
        if (there.Type is DirectoryType or SymbolicLink)
            root.Forget();
    }

    private static SafeFileHandle Again(SafeFileHandle folder)
    {
        var handle = Open(folder, LayerPathName.Native("."), ReadOnly | LinuxFiles.Folder | CloseOnExec, 0);
        return handle.IsInvalid ? throw FileFailure.Last("opening", "a folder") : handle;
    }

    private static string LinkTarget(TarEntry entry) => entry.Link.Length == 0 || entry.Link.Contains('\0', StringComparison.Ordinal)
        ? throw new LayerException($"it holds the link '{LayerPathName.Readable(entry.Name)}' without a target")
        : entry.Link;

    private void SetOwner(SafeFileHandle folder, string name, TarEntry entry)
    {
        var known = entry is { UserId: >= 0 and < uint.MaxValue, GroupId: >= 0 and < uint.MaxValue };
        if (known && ChangeOwner(folder, LayerPathName.Native(name), (uint)entry.UserId, (uint)entry.GroupId, LinkItself) == 0)
            return;
        // Not root, or root of a user namespace that does not map this id.
        if (known && Marshal.GetLastPInvokeError() is not (Errno.EPERM or Errno.EINVAL))
            throw FileFailure.Last("setting the owner of", entry.Name);
        notes.OwnersLeftOut++;
        notes.Example($"owner {entry.UserId}:{entry.GroupId} left out: /{LayerPathName.Readable(entry.Name)}");
    }

    private static void SetMode(SafeFileHandle file, string path, TarEntry entry) => Check(ChangeMode(file, entry.Mode), "setting the mode of", path);

    private void SetAttributes(SafeFileHandle file, string path, TarEntry entry)
    {
        foreach (var (name, value) in entry.Attributes.Where(attribute => OverlayMarks.IsImages(attribute.Key)))
        {
            var keptOut = name == FileCapabilities.Attribute && FileCapabilities.KeepFromRunning(value);
            if (!keptOut && SetAttribute(file, LayerPathName.Native(name), value, (nuint)value.Length, 0) == 0)
                continue;
            if (!keptOut && Marshal.GetLastPInvokeError() is not (Errno.EPERM or Errno.EOPNOTSUPP or Errno.EINVAL))
                throw FileFailure.Last($"setting the attribute {LayerPathName.Readable(name)} of", path);
            notes.Example($"attribute {LayerPathName.Readable(name)} left out: /{LayerPathName.Readable(path)}");
        }
    }

    private static (long Seconds, long Nanoseconds) Modified(TarEntry entry) => (entry.ModifiedSeconds, entry.ModifiedNanoseconds);

    private static unsafe void SetTimes(SafeFileHandle folder, string name, string path, (long Seconds, long Nanoseconds) modified)
    {
        var times = stackalloc Time[2];
        times[0] = times[1] = new() { Seconds = modified.Seconds, Nanoseconds = modified.Nanoseconds };
        Check(ChangeTimes(folder, LayerPathName.Native(name), times, LinkItself), "setting the time of", path);
    }

    private static void Check(int result, string doing, string path)
    {
        if (result != 0)
            throw FileFailure.Last(doing, path);
    }
}
