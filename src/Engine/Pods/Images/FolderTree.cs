using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Images.LinuxFiles;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>Listing and deleting folders by their open handles: names need not be text, and no link is followed.</summary>
internal static class FolderTree
{
    private const int ListSize = 32 * 1024;
    private const int Depth = 64;

    /// <exception cref="IOException">It is not a folder, or cannot be opened.</exception>
    public static SafeFileHandle Open(string path)
    {
        var handle = LinuxFiles.Open(LayerPathName.Native(LayerPathName.FromText(path)), ReadOnly | LinuxFiles.Folder | NoFollow | CloseOnExec, 0);
        return handle.IsInvalid ? throw FileFailure.Last("opening the folder", LayerPathName.FromText(path)) : handle;
    }

    /// <summary>Without "." and "..".</summary>
    public static List<string> List(SafeFileHandle folder)
    {
        var names = new List<string>();
        var entries = new byte[ListSize];
        while (true)
        {
            var length = LinuxFiles.List(folder, entries);
            if (length < 0)
                throw FileFailure.Last("listing", "a folder");
            if (length == 0)
                return names;
            for (var rest = entries.AsSpan(0, (int)length); rest.Length > 0;)
            {
                var size = BinaryPrimitives.ReadUInt16LittleEndian(rest[16..]);
                var name = rest[19..size];
                name = name[..name.IndexOf((byte)0)];
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                    names.Add(Encoding.Latin1.GetString(name));
                rest = rest[size..];
            }
        }
    }

    /// <summary>Deletes a file, or a folder with all in it, however deep. What does not exist is fine.</summary>
    /// <exception cref="IOException">Something cannot be deleted.</exception>
    public static void Delete(SafeFileHandle folder, string name)
    {
        if (TryRemove(folder, name))
            return;
        // A container can nest folders deeper than a stack is: what is too deep comes up, and is deleted in its turn.
        for (var done = false; !done;)
        {
            // Opened each time: a handle lists what exists once.
            using var top = OpenForDeletion(folder, LayerPathName.Native(name), name);
            done = Empty(top, top, Depth);
        }
        RemoveEmpty(folder, name);
    }

    /// <returns>Whether nothing had to be moved up to <paramref name="top"/>.</returns>
    private static bool Empty(SafeFileHandle folder, SafeFileHandle top, int depth)
    {
        var done = true;
        foreach (var name in List(folder))
        {
            if (TryRemove(folder, name))
                continue;
            if (depth == 0)
            {
                if (Rename(folder, LayerPathName.Native(name), top, LayerPathName.Native($"{Guid.NewGuid():N}")) != 0)
                    throw FileFailure.Last("moving", name);
                done = false;
                continue;
            }
            using (var inner = OpenForDeletion(folder, LayerPathName.Native(name), name))
                done &= Empty(inner, top, depth - 1);
            RemoveEmpty(folder, name);
        }
        return done;
    }

    /// <returns>Whether it is gone; false for a folder.</returns>
    private static bool TryRemove(SafeFileHandle folder, string name)
    {
        if (Remove(folder, LayerPathName.Native(name), 0) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        if (error == Errno.ENOENT)
            return true;
        // POSIX has EPERM for a folder, Linux EISDIR.
        return error is Errno.EISDIR or Errno.EPERM ? false : throw FileFailure.Of("deleting", name, error);
    }

    private static void RemoveEmpty(SafeFileHandle folder, string name)
    {
        if (Remove(folder, LayerPathName.Native(name), RemoveFolder) != 0)
            throw FileFailure.Last("deleting", name);
    }

    /// <summary>Deletes a folder with all in it. What does not exist is fine.</summary>
    public static void Delete(string path)
    {
        if (!Directory.Exists(path))
            return;
        using var parent = Open(Path.GetDirectoryName(path) ?? "/");
        Delete(parent, LayerPathName.FromText(Path.GetFileName(path)));
    }

    private static SafeFileHandle OpenForDeletion(SafeFileHandle folder, byte[] native, string name)
    {
        const uint ownerOnly = 0x1C0;
        var flags = ReadOnly | LinuxFiles.Folder | NoFollow | CloseOnExec;
        var handle = LinuxFiles.Open(folder, native, flags, 0);
        if (handle.IsInvalid && Marshal.GetLastPInvokeError() == Errno.EACCES && ChangeMode(folder, native, ownerOnly, 0) == 0)
            handle = LinuxFiles.Open(folder, native, flags, 0);
        if (handle.IsInvalid)
            throw FileFailure.Last("deleting", name);
        // A folder that its owner may not write to: root may, another user may allow it to himself.
        ChangeMode(handle, ownerOnly);
        return handle;
    }
}
