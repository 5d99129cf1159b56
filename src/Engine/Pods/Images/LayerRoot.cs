using System.Runtime.InteropServices;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Images.LinuxFiles;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>
/// The folder that a layer is unpacked to. Every file in it is reached by a handle of its folder and its last name; folders are opened by the
/// kernel with this one as their root, so that neither a link nor ".." of an image can lead out of it.
/// </summary>
internal sealed class LayerRoot : IDisposable
{
    private const uint FolderMode = 0x1ED;
    private static readonly int OpenFolder = ReadOnly | LinuxFiles.Folder | CloseOnExec;

    private readonly SafeFileHandle root;
    private readonly OverlayMarks marks;
    private bool canResolve;
    private string? lastPath;
    private SafeFileHandle? last;

    /// <param name="canResolve">False does without the kernel's help (openat2, Linux 5.6): no link is followed then.</param>
    public LayerRoot(string path, OverlayMarks marks, bool canResolve = true)
    {
        this.marks = marks;
        root = FolderTree.Open(path);
        this.canResolve = canResolve;
    }

    public SafeFileHandle Handle => root;

    /// <summary>The folder that a name is in, made with all above it where it does not exist. Belongs to this; valid until the next call.</summary>
    public SafeFileHandle Parent(ReadOnlySpan<string> names) => TryParent(names) ?? Keep(names, Make(names[..^1]));

    /// <summary>The folder that a name is in; null when it does not exist.</summary>
    public SafeFileHandle? TryParent(ReadOnlySpan<string> names)
    {
        if (names.Length <= 1)
            return root;
        var path = string.Join('/', names[..^1]);
        if (path == lastPath && last is not null)
            return last;
        return TryOpen(names[..^1]) is { } opened ? Keep(names, opened) : null;
    }

    /// <summary>To be called when a folder or a link was removed: paths may lead elsewhere now.</summary>
    public void Forget() => lastPath = null;

    public void Dispose()
    {
        last?.Dispose();
        root.Dispose();
    }

    private SafeFileHandle Keep(ReadOnlySpan<string> names, SafeFileHandle opened)
    {
        last?.Dispose();
        (last, lastPath) = (opened, string.Join('/', names[..^1]));
        return opened;
    }

    private SafeFileHandle Make(ReadOnlySpan<string> names)
    {
        SafeFileHandle? folder = null;
        for (var depth = 1; depth <= names.Length; depth++)
        {
            var next = TryOpen(names[..depth]) ?? Make(folder ?? root, names[..depth]);
            folder?.Dispose();
            folder = next;
        }
        return folder ?? throw new ArgumentException("no names", nameof(names));
    }

    private SafeFileHandle Make(SafeFileHandle parent, ReadOnlySpan<string> names)
    {
        var native = LayerPathName.Native(names[^1]);
        var path = string.Join('/', names);
        var wasHidden = TryGetStatus(parent, native, out var there) && there.IsWhiteout;
        if (wasHidden)
            FolderTree.Delete(parent, names[^1]);
        else if (there.Mode != 0)
            throw new LayerException($"it holds something below '{LayerPathName.Readable(path)}', which is {(there.Type == SymbolicLink ? "a link to no folder of the layer" : "no folder")}");
        if (MakeFolder(parent, native, FolderMode) != 0)
            throw FileFailure.Last("making the folder", path);
        var made = TryOpen(names) ?? throw FileFailure.Of("opening the folder", path, Errno.ENOENT);
        // What the umask took away.
        ChangeMode(made, FolderMode);
        if (wasHidden)
            marks.MakeOpaque(made, path);
        return made;
    }

    /// <summary>Null when there is no folder of that name.</summary>
    private SafeFileHandle? TryOpen(ReadOnlySpan<string> names)
    {
        var path = string.Join('/', names);
        var handle = canResolve ? Resolve(path) : Walk(names);
        if (!handle.IsInvalid)
            return handle;
        var error = Marshal.GetLastPInvokeError();
        if (canResolve && error is Errno.ENOSYS or Errno.EPERM)
        {
            // An old kernel, or a filter of system calls that does not know this one.
            canResolve = false;
            return TryOpen(names);
        }
        return error switch
        {
            Errno.ENOENT or Errno.ENOTDIR => null,
            Errno.ELOOP => throw new LayerException($"it holds something below '{LayerPathName.Readable(path)}', which is a link that cannot be followed"),
            _ => throw FileFailure.Of("opening the folder", path, error),
        };
    }

    private SafeFileHandle Resolve(string path)
    {
        var native = LayerPathName.Native(path);
        for (var tries = 0; ; tries++)
        {
            var handle = OpenInRoot(root, native, OpenFolder);
            // The kernel gives up when something is renamed meanwhile; here, something elsewhere in the system.
            if (!handle.IsInvalid || Marshal.GetLastPInvokeError() != Errno.EAGAIN || tries == 100)
                return handle;
        }
    }

    private SafeFileHandle Walk(ReadOnlySpan<string> names)
    {
        SafeFileHandle? folder = null;
        foreach (var name in names)
        {
            var next = Open(folder ?? root, LayerPathName.Native(name), OpenFolder | NoFollow, 0);
            var error = Marshal.GetLastPInvokeError();
            folder?.Dispose();
            Marshal.SetLastPInvokeError(error);
            folder = next;
            if (next.IsInvalid)
                break;
        }
        return folder ?? throw new ArgumentException("no names", nameof(names));
    }
}
