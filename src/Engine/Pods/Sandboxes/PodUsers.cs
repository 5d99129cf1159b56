using System.Globalization;
using System.Runtime.InteropServices;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>
/// The user namespace that the processes of all pods are in: what they have of rights ends there. On an engine of the machine's root, their users
/// are nobody on the machine as well: the mounts that they see show them the engine's files under other ids (mount_setattr(2), ID-mapped mounts).
/// </summary>
internal sealed class PodUsers
{
    /// <summary>Half of the positive ids, of which the machine has none: room for every user that an image or a manifest is likely to name.</summary>
    public const uint Elsewhere = 1U << 30;

    /// <summary>Memory can be shown under other ids from here on; disks could before.</summary>
    private static readonly Version MinimalKernel = new(6, 3);

    private static readonly Lazy<Attempt> Others = new(() => Environment.OSVersion.Version < MinimalKernel
        ? new(null, $"this is Linux {Environment.OSVersion.Version}, and {MinimalKernel} is the first that can show all files under other ids")
        : Make([new(0, Elsewhere)], [new(0, Elsewhere)], Elsewhere));
    private static readonly Lazy<Attempt> Same = new(() => Make(ContainerMachine.Current.Users, ContainerMachine.Current.Groups, 0));

    private readonly SafeFileHandle? handle;
    private readonly uint first;

    private PodUsers(SafeFileHandle? handle, uint first, string? restriction) => (this.handle, this.first, Restriction) = (handle, first, restriction);

    /// <summary>A sentence to report once; null for none.</summary>
    public string? Restriction { get; }

    /// <param name="directory">The folder of layers, volumes and what containers write.</param>
    public static PodUsers For(string directory)
    {
        string? known = null;
        if (!ContainerMachine.Current.InUserNamespace)
        {
            var refusal = Others.Value.Handle is { } users ? RefusalOf(directory, users) : Others.Value.Refusal;
            if (refusal is null)
                return new(Others.Value.Handle, Elsewhere, null);
            known = $"root in a container is root of this machine, without its rights: {refusal}";
        }
        return Same.Value.Handle is { } same ? new(same, 0, known) : new(null, 0, $"containers have no user namespace of their own: {Same.Value.Refusal}");
    }

    /// <summary>Whether mounts show other ids than the files have.</summary>
    public bool IsElsewhere => first != 0;

    public bool HasUser(uint id) => IsElsewhere ? id < Elsewhere : ContainerMachine.Current.HasUser(id);

    public bool HasGroup(uint id) => IsElsewhere ? id < Elsewhere : ContainerMachine.Current.HasGroup(id);

    /// <summary>What the machine calls a user or group of a container's.</summary>
    public uint OnMachine(uint id) => first + id;

    /// <summary>Files and folders that the child makes from now on belong to root of the pod; it keeps its rights.</summary>
    public void OwnWhatIsMade(ForkedChild child)
    {
        if (!IsElsewhere)
            return;
        child.Try(Setfsgid, first);
        child.Try(Setfsuid, first);
        ProcessRights.SetCapabilities(child, ContainerMachine.Current.Capabilities);
    }

    /// <summary>A folder that the engine has made, as <see cref="OwnWhatIsMade"/>.</summary>
    public void Own(string folder)
    {
        if (IsElsewhere && Volumes.VolumeCalls.lchown(folder, first, first) != 0)
            throw SystemCallException.Last($"give {folder} to a container");
    }

    /// <param name="change">struct mount_attr, of a mount that nobody sees yet: its files are shown under the ids of the pod.</param>
    public unsafe void Map(ulong* change)
    {
        if (!IsElsewhere || handle is null)
            return;
        change[0] |= MOUNT_ATTR_IDMAP;
        change[3] = (ulong)handle.DangerousGetHandle();
    }

    /// <summary>From here on the child has every right inside, and none outside.</summary>
    public void Enter(ForkedChild child)
    {
        if (handle is not null)
            child.Do("enter the user namespace of pods", Setns, (long)handle.DangerousGetHandle(), CLONE_NEWUSER);
    }

    private static Attempt Make(IReadOnlyList<IdRange> users, IReadOnlyList<IdRange> groups, uint first)
    {
        SafeFileHandle? handle = null;
        try
        {
            // With the engine's table of descriptors: what it opens, the engine has.
            using var child = ForkedChild.Start(CLONE_FILES | CLONE_NEWUSER);
            handle = new((nint)child.Ask("open a user namespace", Openat, AT_FDCWD, "/proc/thread-self/ns/user", O_CLOEXEC), ownsHandle: true);
            File.WriteAllText($"/proc/{child.Pid}/uid_map", Lines(users, first));
            File.WriteAllText($"/proc/{child.Pid}/gid_map", Lines(groups, first));
            return new(handle, null);
        }
        catch (Exception exception) when (exception is SystemCallException or IOException or UnauthorizedAccessException)
        {
            handle?.Dispose();
            return new(null, exception.Message);
        }
    }

    private static string Lines(IReadOnlyList<IdRange> ranges, uint first) =>
        string.Concat(ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.First} {range.First + first} {range.Count}\n")));

    private static unsafe string? RefusalOf(string directory, SafeFileHandle users)
    {
        using var mount = new SafeFileHandle(Libc.open_tree(OpenTree, (int)AT_FDCWD, directory, OPEN_TREE_CLONE | O_CLOEXEC), ownsHandle: true);
        if (mount.IsInvalid)
            return SystemCallException.Last($"copy a mount of {directory}").Message;
        var change = stackalloc ulong[4] { MOUNT_ATTR_IDMAP, 0, 0, (ulong)users.DangerousGetHandle() };
        return Libc.mount_setattr(MountSetattr, mount, "", AT_EMPTY_PATH, change, 4 * sizeof(ulong)) == 0 ? null
            : $"the file system of {directory} cannot show other ids than its own (Linux 6.3 or newer, with ext4, xfs, btrfs or tmpfs, can): {Errno.Describe(Marshal.GetLastPInvokeError())}";
    }

    /// <param name="Refusal">Why there is no handle.</param>
    private sealed record Attempt(SafeFileHandle? Handle, string? Refusal);
}

/// <summary>User or group ids that a user namespace has.</summary>
internal sealed record IdRange(uint First, uint Count)
{
    /// <param name="path">A uid_map or gid_map of /proc.</param>
    public static IReadOnlyList<IdRange> Read(string path) => [.. File.ReadLines(path).Select(Parse)];

    public bool Contains(uint id) => id >= First && id - First < Count;

    private static IdRange Parse(string line)
    {
        var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(uint.Parse(columns[0], CultureInfo.InvariantCulture), uint.Parse(columns[2], CultureInfo.InvariantCulture));
    }
}
