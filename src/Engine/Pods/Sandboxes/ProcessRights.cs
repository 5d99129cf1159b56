using Kontrakt.Engine.Pods.Native;
using Kontrakt.Engine.Pods.Sandboxes.Limits;
using static Kontrakt.Engine.Pods.Native.CallNumbers;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>As whom a container's processes run, and what they may do.</summary>
/// <param name="Capabilities">What its processes can have at most; those of root have it.</param>
/// <param name="Users">Those that its ids are of.</param>
internal sealed record ProcessRights(PodUsers Users, uint UserId, uint GroupId, IReadOnlyList<uint> SupplementaryGroups, ulong Capabilities, bool NoNewPrivileges)
{
    private const long PR_SET_DUMPABLE = 4;
    private const long PR_CAPBSET_DROP = 24;
    private const long PR_SET_NO_NEW_PRIVS = 38;
    private const long PR_CAP_AMBIENT = 47;
    private const long PR_CAP_AMBIENT_CLEAR_ALL = 4;
    private const uint CapabilityVersion3 = 0x20080522;
    private const long RLIMIT_DATA = 2;
    private const long RLIMIT_CORE = 4;
    private const long RLIMIT_NPROC = 6;
    private const long RLIMIT_NOFILE = 7;
    /// <summary>Programs that close every descriptor they could have take minutes where there is no limit.</summary>
    private const ulong MaximalDescriptors = 1 << 20;

    /// <summary>A user this machine does not have for the engine is the engine's own, without capabilities.</summary>
    /// <exception cref="ContainerStartException">No container gets such a capability, or such a user.</exception>
    public static ProcessRights For(ContainerSpec spec, PodUsers users)
    {
        var kept = Sandboxes.Capabilities.Kept(spec.AddedCapabilities, spec.DroppedCapabilities);
        if (users.HasUser(spec.UserId) && users.HasGroup(spec.GroupId))
            return new(users, spec.UserId, spec.GroupId, [.. spec.SupplementaryGroups.Where(users.HasGroup)], kept, spec.NoNewPrivileges);
        return users.IsElsewhere
            ? throw new ContainerStartException(StartFailure.Other, $"user {spec.UserId} or group {spec.GroupId} is beyond those that containers have (0 to {PodUsers.Elsewhere - 1})")
            : new(users, 0, 0, [], 0, spec.NoNewPrivileges);
    }

    /// <summary>The child still has the engine's memory, and others of the container can see it from when it has no more rights than they.</summary>
    public static void ProtectMemory(ForkedChild child) => child.Do("protect the engine's memory", Prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);

    /// <summary>From here on the child can do no more than the container.</summary>
    public unsafe void Take(ForkedChild child, ContainerMachine machine)
    {
        Users.Enter(child);
        for (var number = 0; number < Sandboxes.Capabilities.Count; number++)
            if ((Capabilities >> number & 1) == 0)
                child.DoUnless([Errno.EINVAL], "drop a capability", Prctl, PR_CAPBSET_DROP, number, 0, 0, 0);
        if (machine.CanSetGroups)
        {
            var groups = child.Memory.Allocate<uint>(Math.Max(1, SupplementaryGroups.Count));
            for (var i = 0; i < SupplementaryGroups.Count; i++)
                groups[i] = SupplementaryGroups[i];
            child.Do("set the supplementary groups", Setgroups, SupplementaryGroups.Count, groups);
        }
        child.Do($"become group {GroupId}", Setresgid, GroupId, GroupId, GroupId);
        // While it still may without giving up new privileges.
        SystemCallFilter.Install(child);
        child.Do($"become user {UserId}", Setresuid, UserId, UserId, UserId);
        // Another user's memory is as the machine says (fs.suid_dumpable).
        ProtectMemory(child);
        child.DoUnless([Errno.EINVAL], "clear the ambient capabilities", Prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
        SetCapabilities(child, UserId == 0 ? Capabilities & machine.Capabilities : 0);
        if (NoNewPrivileges)
            child.Do("give up new privileges", Prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    }

    public static unsafe void SetLimits(ForkedChild child, ContainerMachine machine)
    {
        var descriptors = child.Memory.Allocate<ulong>(2);
        descriptors[0] = Math.Min(machine.MaximalDescriptors, MaximalDescriptors);
        descriptors[1] = machine.MaximalDescriptors;
        child.Do("limit descriptors", Prlimit64, 0, RLIMIT_NOFILE, descriptors, 0);
        child.Try(Prlimit64, 0, RLIMIT_CORE, child.Memory.Allocate<ulong>(2), 0);
        // In the place of cgroups that are not available: not the container's own limits, which count otherwise, but what keeps the machine usable.
        if (Cgroups.Shared.Refusals.ContainsKey("memory"))
            Limit(child, RLIMIT_DATA, (ulong)MachineShare.Current.MemoryBytes);
        if (Cgroups.Shared.Refusals.ContainsKey("pids"))
            Limit(child, RLIMIT_NPROC, (ulong)MachineShare.Current.ContainerProcesses);
    }

    /// <summary>It fails only where there is a lower limit already.</summary>
    private static unsafe void Limit(ForkedChild child, long resource, ulong value)
    {
        var limit = child.Memory.Allocate<ulong>(2);
        (limit[0], limit[1]) = (value, value);
        child.Try(Prlimit64, 0, resource, limit, 0);
    }

    /// <summary>Effective and permitted; none is inheritable.</summary>
    public static unsafe void SetCapabilities(ForkedChild child, ulong set)
    {
        var header = child.Memory.Allocate<uint>(2);
        header[0] = CapabilityVersion3;
        var data = child.Memory.Allocate<uint>(6);
        (data[0], data[1]) = ((uint)set, (uint)set);
        (data[3], data[4]) = ((uint)(set >> 32), (uint)(set >> 32));
        child.Do("set the capabilities", Capset, header, data);
    }
}
