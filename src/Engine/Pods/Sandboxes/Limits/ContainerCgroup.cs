using System.Globalization;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes.Limits;

/// <summary>
/// The limits of one container: a cgroup in each hierarchy, and in it another one, where the container's processes are. The limits are in both:
/// the inner group is the root of all that the container can see, so whatever it may write there, the outer one is out of its reach.
/// </summary>
internal sealed class ContainerCgroup : IDisposable
{
    private const string Inner = "in";
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
                group.Add(tree, id, limits);
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
        var limiting = groups.Where(group => group.Tree.Controllers.Count > 0).ToList();
        if (!IsRoot || limiting.Count == 0 || root.Open("sys/fs/cgroup", O_PATH | O_DIRECTORY) is var folder && folder < 0)
            return;
        child.Do("enter /sys/fs/cgroup", Fchdir, folder);
        if (limiting.TrueForAll(group => group.Tree.Mount.Unified))
        {
            child.Try(CallNumbers.Mount, "cgroup", ".", "cgroup2", flags, 0);
            return;
        }
        child.Do("mount /sys/fs/cgroup", CallNumbers.Mount, "tmpfs", ".", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755,size=64k");
        child.Do("enter /sys/fs/cgroup", Fchdir, root.Open("sys/fs/cgroup", O_PATH | O_DIRECTORY));
        foreach (var controllers in limiting.Where(group => !group.Tree.Mount.Unified).Select(group => string.Join(',', group.Tree.Mount.Controllers)))
        {
            child.Do("make a folder for cgroups", Mkdirat, AT_FDCWD, controllers, 0b111_101_101);
            child.Try(CallNumbers.Mount, "cgroup", controllers, "cgroup", flags, controllers);
        }
        child.Do("protect /sys/fs/cgroup", CallNumbers.Mount, 0, ".", 0, MS_REMOUNT | MS_BIND | flags, 0);
    }

    /// <summary>Whether the kernel has ended a process of it for want of memory.</summary>
    public bool HasRunOutOfMemory() => groups.Any(group => HasRunOutOfMemory(group.Tree, group.Folder));

    /// <summary>What the container has used: processors by cpuacct or cpu.stat, memory without the part of the cache that is not in use.</summary>
    /// <returns>null: the machine's cgroups do not say it.</returns>
    public ContainerUsage? Measure() => Processor() is { } processor && Memory() is { } memory ? new(processor, memory) : null;

    private TimeSpan? Processor()
    {
        if (groups.Find(group => !group.Tree.Mount.Unified && group.Tree.Mount.Controllers.Contains("cpuacct")) is { Folder: { } old })
            return Number(Path.Combine(old, "cpuacct.usage")) is { } nanoseconds ? TimeSpan.FromTicks(nanoseconds / 100) : null;
        return groups.Find(group => group.Tree.Mount.Unified) is { Folder: { } folder } && Field(Path.Combine(folder, "cpu.stat"), "usage_usec") is { } microseconds ? TimeSpan.FromMicroseconds(microseconds) : null;
    }

    private long? Memory()
    {
        if (groups.Find(group => group.Tree.Controllers.Contains("memory")) is not { Folder: { } folder, Tree.Mount.Unified: var unified })
            return null;
        return Number(Path.Combine(folder, unified ? "memory.current" : "memory.usage_in_bytes")) is { } used
            ? Math.Max(0, used - (Field(Path.Combine(folder, "memory.stat"), unified ? "inactive_file" : "total_inactive_file") ?? 0)) : null;
    }

    private static long? Number(string file) => Read(file) is [var line, ..] ? Parse(line) : null;

    private static long? Field(string file, string name) => Read(file)?.FirstOrDefault(line => line.StartsWith($"{name} ", StringComparison.Ordinal)) is { } line ? Parse(line.AsSpan(name.Length + 1)) : null;

    private static long? Parse(ReadOnlySpan<char> text) => long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string[]? Read(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllLines(file) : null;
        }
        catch (IOException)
        {
            // A group that somebody else has removed has nothing to say.
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var entrance in entrances)
            entrance.Dispose();
        foreach (var (_, folder) in groups)
            CgroupTree.Remove(folder);
    }

    /// <summary>Version 2 counts what happens below a group, version 1 does not.</summary>
    private static bool HasRunOutOfMemory(CgroupTree tree, string folder)
    {
        if (!tree.Controllers.Contains("memory"))
            return false;
        var file = Path.Combine(folder, tree.Mount.Unified ? "memory.events" : "memory.oom_control");
        return File.Exists(file) && File.ReadAllLines(file).Any(line => line.StartsWith("oom_kill ", StringComparison.Ordinal) && line != "oom_kill 0")
            || !tree.Mount.Unified && Directory.GetDirectories(folder).Any(inner => HasRunOutOfMemory(tree, inner));
    }

    private void Add(CgroupTree tree, string name, ContainerLimits limits)
    {
        var outer = tree.Add(tree.Folder, name);
        groups.Add((tree, outer));
        tree.Delegate(outer);
        var inner = tree.Add(outer, Inner);
        foreach (var folder in (string[])[outer, inner])
            foreach (var file in CgroupFile.Of(limits, tree.Mount.Unified, tree.Controllers))
                file.Write(folder);
        if (limits.MemoryBytes is not null && tree.Mount.Unified && tree.Controllers.Contains("memory"))
            new CgroupFile("memory.oom.group", "1", Optional: true).Write(outer);
        entrances.Add(File.OpenHandle(Path.Combine(inner, tree.Entrance), FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
    }
}
