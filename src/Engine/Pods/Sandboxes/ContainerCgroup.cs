using System.Globalization;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>The limits of one container: a cgroup in each hierarchy that keeps one of them.</summary>
internal sealed class ContainerCgroup : IDisposable
{
    private const long CpuPeriod = 100_000;
    private const long MinimalCpuQuota = 1_000;
    private readonly List<(CgroupTree Tree, string Folder)> groups = [];
    private readonly List<SafeFileHandle> entrances = [];

    /// <summary>The container sees this group as the root of all.</summary>
    public bool IsRoot { get; private set; }

    private ContainerCgroup()
    {
    }

    /// <exception cref="IOException">The kernel refuses a limit.</exception>
    public static ContainerCgroup Make(IReadOnlyList<CgroupTree> trees, string id, ContainerLimits limits)
    {
        var group = new ContainerCgroup();
        try
        {
            foreach (var tree in trees)
                group.Add(tree, Path.Combine(tree.Folder, id), limits);
            return group;
        }
        catch
        {
            group.Dispose();
            throw;
        }
    }

    /// <summary>The child goes in, and everything that it starts.</summary>
    public void Enter(ForkedChild child)
    {
        foreach (var entrance in entrances)
            child.Do("enter a cgroup", Write, (long)entrance.DangerousGetHandle(), "0", 1);
    }

    /// <summary>Its programs adapt to their limits where they can read them: /sys/fs/cgroup, with this group as its root.</summary>
    public void Show(ContainerRoot root)
    {
        var child = root.Child;
        const ulong flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY;
        IsRoot = child.TryAsk(Unshare, CLONE_NEWCGROUP) >= 0;
        if (!IsRoot || root.Open("sys/fs/cgroup", O_PATH | O_DIRECTORY) is var folder && folder < 0)
            return;
        child.Do("enter /sys/fs/cgroup", Fchdir, folder);
        if (groups.All(group => group.Tree.Mount.Unified))
        {
            child.Try(CallNumbers.Mount, "cgroup", ".", "cgroup2", flags, 0);
            return;
        }
        child.Do("mount /sys/fs/cgroup", CallNumbers.Mount, "tmpfs", ".", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755,size=64k");
        child.Do("enter /sys/fs/cgroup", Fchdir, root.Open("sys/fs/cgroup", O_PATH | O_DIRECTORY));
        foreach (var controllers in groups.Where(group => !group.Tree.Mount.Unified).Select(group => string.Join(',', group.Tree.Mount.Controllers)))
        {
            child.Do("make a folder for cgroups", Mkdirat, AT_FDCWD, controllers, 0b111_101_101);
            child.Try(CallNumbers.Mount, "cgroup", controllers, "cgroup", flags, controllers);
        }
        child.Do("protect /sys/fs/cgroup", CallNumbers.Mount, 0, ".", 0, MS_REMOUNT | MS_BIND | flags, 0);
    }

    /// <summary>Whether the kernel has ended a process of it for want of memory.</summary>
    public bool HasRunOutOfMemory() => groups.Any(group => HasRunOutOfMemory(group.Tree, group.Folder));

    public void Dispose()
    {
        foreach (var entrance in entrances)
            entrance.Dispose();
        foreach (var (_, folder) in groups)
            CgroupTree.Remove(folder);
    }

    private static bool HasRunOutOfMemory(CgroupTree tree, string folder)
    {
        if (!tree.Controllers.Contains("memory"))
            return false;
        var file = Path.Combine(folder, tree.Mount.Unified ? "memory.events" : "memory.oom_control");
        if (!File.Exists(file))
            return false;
        var counts = File.ReadAllLines(file);
        return counts.Any(line => line.StartsWith("oom_kill ", StringComparison.Ordinal) && line != "oom_kill 0");
    }

    private void Add(CgroupTree tree, string folder, ContainerLimits limits)
    {
        Directory.CreateDirectory(folder);
        groups.Add((tree, folder));
        foreach (var (file, value, optional) in Files(tree, limits))
            if (!optional || File.Exists(Path.Combine(folder, file)))
                File.WriteAllText(Path.Combine(folder, file), value);
        entrances.Add(File.OpenHandle(Path.Combine(folder, "cgroup.procs"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
    }

    private static IEnumerable<(string File, string Value, bool Optional)> Files(CgroupTree tree, ContainerLimits limits)
    {
        var unified = tree.Mount.Unified;
        if (limits.MemoryBytes is { } bytes && tree.Controllers.Contains("memory"))
        {
            yield return (unified ? "memory.max" : "memory.limit_in_bytes", Text(bytes), false);
            // What is over the limit does not go to disk instead.
            yield return unified ? ("memory.swap.max", "0", true) : ("memory.memsw.limit_in_bytes", Text(bytes), true);
            if (unified)
                yield return ("memory.oom.group", "1", true);
        }
        if (limits.Cpus is { } cpus && tree.Controllers.Contains("cpu"))
        {
            var quota = Math.Max(MinimalCpuQuota, (long)(cpus * CpuPeriod));
            yield return unified ? ("cpu.max", $"{Text(quota)} {Text(CpuPeriod)}", false) : ("cpu.cfs_quota_us", Text(quota), false);
        }
        if (limits.Processes is { } processes && tree.Controllers.Contains("pids"))
            yield return ("pids.max", Text(processes), false);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
