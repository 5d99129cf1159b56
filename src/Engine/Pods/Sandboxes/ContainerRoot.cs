using Kontrakt.Engine.Pods.Native;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>
/// The root folder of a container that is being started. Whatever an image or a volume holds, no path leads out of it: each is resolved by the
/// kernel as if this were the root (openat2), and held by a descriptor from then on.
/// </summary>
internal sealed unsafe class ContainerRoot(ForkedChild child, long descriptor)
{
    private const int MaximalLinks = 40;
    private const int PathSize = 4096;

    public ForkedChild Child => child;

    public long Descriptor => descriptor;

    /// <summary>A folder that exists and is not a link, or is made: for what must be where it says.</summary>
    public long OwnFolder(string name)
    {
        child.DoUnless([Errno.EEXIST], $"make /{name}", Mkdirat, descriptor, name, 0b111_101_101);
        var folder = Open(name, O_PATH | O_DIRECTORY, RESOLVE_NO_SYMLINKS);
        return folder >= 0 ? folder : throw new SystemCallException($"use /{name} of the image", (int)-folder, "it must be a folder, and no link");
    }

    /// <summary>Made, with all above it, where it does not exist; links are followed, inside.</summary>
    public long Folder(string path)
    {
        var folder = Open(path, O_PATH | O_DIRECTORY);
        if (folder == -Errno.ENOENT)
        {
            Make(path);
            folder = Open(path, O_PATH | O_DIRECTORY);
        }
        return folder >= 0 ? folder : throw new SystemCallException($"make the folder {path}", (int)-folder);
    }

    /// <summary>Made, empty, with all folders above it, where it does not exist.</summary>
    public long File(string path)
    {
        var file = Open(path, O_PATH);
        if (file == -Errno.ENOENT)
        {
            Folder(path[..Math.Max(1, path.TrimEnd('/').LastIndexOf('/'))]);
            // To read: what is open to be written would keep the root from becoming read-only.
            var made = Open(path, O_CREAT, mode: 0b110_100_100);
            file = made < 0 ? made : Open(path, O_PATH);
        }
        return file >= 0 ? file : throw new SystemCallException($"make the file {path}", (int)-file);
    }

    /// <returns>A descriptor of the child's, or the negative number of an error.</returns>
    public long Open(string path, ulong flags, ulong resolve = 0, ulong mode = 0)
    {
        var how = child.Memory.Allocate<ulong>(3);
        how[0] = flags | O_CLOEXEC;
        how[1] = mode;
        how[2] = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve;
        return child.TryAsk(Openat2, descriptor, path, how, 3 * sizeof(ulong));
    }

    /// <summary>Step by step, since a link to what does not exist yet must lead to where it will be.</summary>
    private void Make(string path)
    {
        var ahead = new Stack<string>(Names(path).Reverse());
        var place = new List<string>();
        var links = 0;
        while (ahead.TryPop(out var name))
        {
            if (name == "..")
            {
                place.RemoveRange(Math.Max(0, place.Count - 1), Math.Min(1, place.Count));
                continue;
            }
            var link = LinkOrMadeFolder(place, name);
            if (link is null)
            {
                place.Add(name);
                continue;
            }
            if (++links > MaximalLinks)
                throw new SystemCallException($"make the folder {path}", Errno.ELOOP);
            if (link.StartsWith('/'))
                place.Clear();
            foreach (var next in Names(link).Reverse())
                ahead.Push(next);
        }
    }

    /// <returns>The target of the link that exists; null for a folder.</returns>
    private string? LinkOrMadeFolder(List<string> place, string name)
    {
        var path = string.Join('/', [.. place, name]);
        var entry = Open(path, O_PATH | O_NOFOLLOW);
        if (entry >= 0)
        {
            var target = child.Memory.Allocate(PathSize);
            var length = child.TryAsk(Readlinkat, entry, "", target, PathSize);
            return length >= 0 ? System.Text.Encoding.UTF8.GetString(target, (int)length) : null;
        }
        var folder = Open(place.Count == 0 ? "." : string.Join('/', place), O_PATH | O_DIRECTORY);
        if (folder < 0)
            throw new SystemCallException($"make the folder /{path}", (int)-folder);
        // Others may make it at the same moment, in a volume.
        child.DoUnless([Errno.EEXIST], $"make the folder /{path}", Mkdirat, folder, name, 0b111_101_101);
        return null;
    }

    private static IEnumerable<string> Names(string path) => path.Split('/').Where(name => name is not ("" or "."));
}
