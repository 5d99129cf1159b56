using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>
/// The engine's own folder in a hierarchy of cgroups. It is locked as long as the engine lives; one that is not locked is a dead engine's, and
/// is removed.
/// </summary>
internal sealed class CgroupTree : IDisposable
{
    private const string Prefix = "kontrakt-";
    private readonly SafeFileHandle held;

    private CgroupTree(CgroupMount mount, string folder, IReadOnlyList<string> controllers, SafeFileHandle held) =>
        (Mount, Folder, Controllers, this.held) = (mount, folder, controllers, held);

    public CgroupMount Mount { get; }

    public string Folder { get; }

    /// <summary>What a container's cgroup in it can limit.</summary>
    public IReadOnlyList<string> Controllers { get; }

    /// <exception cref="IOException">It is not allowed; the message says why.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static CgroupTree Make(CgroupMount mount, IReadOnlyList<string> controllers)
    {
        // In version 2, a cgroup with processes cannot limit its children: next to the engine's own there may be place at the top only.
        string[] parents = mount.Unified && mount.Home != mount.Point ? [mount.Home, mount.Point] : [mount.Home];
        for (var place = 0; ; place++)
            try
            {
                return Make(mount, parents[place], controllers);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && place + 1 < parents.Length)
            {
            }
    }

    /// <summary>Removes it, with what is in it; what still has processes stays, for the next engine to remove.</summary>
    public void Dispose()
    {
        Remove(Folder);
        held.Dispose();
    }

    /// <returns>Whether it is gone.</returns>
    public static bool Remove(string folder)
    {
        try
        {
            // Its files go with it, and cannot be deleted.
            foreach (var inner in Directory.GetDirectories(folder))
                Remove(inner);
            Directory.Delete(folder);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static CgroupTree Make(CgroupMount mount, string parent, IReadOnlyList<string> controllers)
    {
        RemoveDead(parent);
        while (true)
        {
            var folder = Path.Combine(parent, $"{Prefix}{Guid.NewGuid():N}"[..20]);
            Directory.CreateDirectory(folder);
            // Between the two lines, another engine may have taken it for a dead one's.
            if (Lock(folder) is not { } held)
                continue;
            try
            {
                if (mount.Unified)
                    foreach (var level in (string[])[parent, folder])
                        File.WriteAllText(Path.Combine(level, "cgroup.subtree_control"), string.Join(' ', controllers.Select(controller => $"+{controller}")));
                return new(mount, folder, controllers, held);
            }
            catch
            {
                Remove(folder);
                held.Dispose();
                throw;
            }
        }
    }

    private static void RemoveDead(string parent)
    {
        foreach (var folder in Directory.GetDirectories(parent, $"{Prefix}*"))
            if (Lock(folder) is { } held)
                using (held)
                    Remove(folder);
    }

    /// <returns>null where it is another's, or gone.</returns>
    private static SafeFileHandle? Lock(string folder)
    {
        const int exclusiveAtOnce = 6;
        var handle = new SafeFileHandle(Libc.open(folder, Libc.O_CLOEXEC), ownsHandle: true);
        if (!handle.IsInvalid && Libc.flock(handle, exclusiveAtOnce) == 0 && Directory.Exists(folder))
            return handle;
        handle.Dispose();
        return null;
    }
}
