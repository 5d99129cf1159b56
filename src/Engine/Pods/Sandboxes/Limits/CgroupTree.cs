using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Pods.Sandboxes.Limits;

/// <summary>
/// The engine's own folder in a hierarchy of cgroups. It is locked as long as the engine lives; one that is not locked is a dead engine's, and
/// is removed.
/// </summary>
internal sealed class CgroupTree : IDisposable
{
    private const string Prefix = "kontrakt-";
    private readonly SafeFileHandle held;

    private CgroupTree(CgroupMount mount, string folder, IReadOnlyList<string> controllers, SafeFileHandle held)
    {
        (Mount, Folder, Controllers, this.held) = (mount, folder, controllers, held);
        Prepare(folder);
        Entrance = !mount.Unified ? "tasks" : IsThreaded(folder) ? "cgroup.threads" : "cgroup.procs";
    }

    public CgroupMount Mount { get; }

    public string Folder { get; }

    /// <summary>What a container's cgroup in it can limit.</summary>
    public IReadOnlyList<string> Controllers { get; }

    /// <summary>
    /// The file by which a process goes in. A container's first process has one thread, and to move only that takes no lock that all of the machine
    /// shares, which would be tens of milliseconds.
    /// </summary>
    public string Entrance { get; }

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

    /// <summary>A group in it, or in one of its groups.</summary>
    public string Add(string parent, string name)
    {
        var folder = Path.Combine(parent, name);
        Directory.CreateDirectory(folder);
        Prepare(folder);
        return folder;
    }

    /// <summary>What is in a group may have groups of its own; no processes beside them, in version 2.</summary>
    public void Delegate(string folder)
    {
        if (Mount.Unified && Controllers.Count > 0)
            File.WriteAllText(Path.Combine(folder, "cgroup.subtree_control"), string.Join(' ', Controllers.Select(controller => $"+{controller}")));
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
                var tree = new CgroupTree(mount, folder, controllers, held);
                foreach (var level in (string[])[parent, folder])
                    tree.Delegate(level);
                return tree;
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

    /// <summary>What a new group lacks, and cannot take a process without.</summary>
    private void Prepare(string folder)
    {
        if (!Mount.Unified && Mount.Controllers.Contains("cpuset"))
            foreach (var file in (string[])["cpuset.cpus", "cpuset.mems"])
                File.WriteAllText(Path.Combine(folder, file), File.ReadAllText(Path.Combine(folder, "..", file)));
        // Without controllers, beside version 1: see Entrance.
        if (Mount.Unified && Controllers.Count == 0)
            File.WriteAllText(Path.Combine(folder, "cgroup.type"), "threaded");
    }

    private static bool IsThreaded(string folder) => File.Exists(Path.Combine(folder, "cgroup.type")) && File.ReadAllText(Path.Combine(folder, "cgroup.type")).Trim() == "threaded";

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
