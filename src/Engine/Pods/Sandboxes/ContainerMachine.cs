using System.Globalization;
using Kontrakt.Engine.Pods.Native;
using Kontrakt.Engine.Pods.Sandboxes.Limits;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>What this machine lets the engine do for containers; found out once.</summary>
public sealed class ContainerMachine
{
    /// <summary>It has mount_setattr; overlays in user namespaces came one before.</summary>
    private static readonly Version MinimalKernel = new(5, 12);

    private ContainerMachine()
    {
        Refusal = Environment.OSVersion.Version >= MinimalKernel ? null
            : $"containers take Linux {MinimalKernel} or newer, and this is {Environment.OSVersion.Version}; name a cluster instead";
        CanSetGroups = !File.Exists("/proc/self/setgroups") || File.ReadAllText("/proc/self/setgroups").Trim() != "deny";
        Capabilities = ulong.Parse(Column("/proc/self/status", "CapEff:", 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        MaximalDescriptors = ulong.TryParse(Column("/proc/self/limits", "Max open files", 4), CultureInfo.InvariantCulture, out var limit) ? limit : ulong.MaxValue;
    }

    public static ContainerMachine Current { get; } = new();

    /// <summary>Why no container can be run at all; null where they can.</summary>
    public string? Refusal { get; }

    /// <summary>Sentences to report once: limits that are not kept, users that cannot be taken.</summary>
    public IReadOnlyList<string> Restrictions =>
    [
        .. LimitsNotKept,
        .. SystemCallFilter.Refusal is { } unfiltered ? [unfiltered] : (string[])[],
        .. ChildOrigin.Current.Refusal is { } open ? [open] : (string[])[],
        .. HasUser(1) ? (string[])[] : ["every container runs as one user, that of the engine, whatever its image says: for others, install newuidmap (package uidmap) and give this user a range in /etc/subuid and /etc/subgid"],
    ];

    /// <summary>Those that are about cgroups. Like <see cref="Refusal"/> they are the same for a process outside of the engine's namespaces.</summary>
    public static IReadOnlyList<string> LimitsNotKept =>
    [
        .. from refusal in Cgroups.Shared.Refusals
           group refusal.Key by refusal.Value into controllers
           select $"containers' limits of {string.Join(", ", controllers)} are not kept: {controllers.Key}{Instead(controllers)}",
    ];

    /// <summary>Whether a container can run as this user; where not, it runs as the engine's, without capabilities.</summary>
    public bool HasUser(uint id) => Users.Any(range => range.Contains(id));

    public bool HasGroup(uint id) => Groups.Any(range => range.Contains(id));

    /// <summary>Those that the engine itself has.</summary>
    internal IReadOnlyList<IdRange> Users { get; } = IdRange.Read("/proc/self/uid_map");

    internal IReadOnlyList<IdRange> Groups { get; } = IdRange.Read("/proc/self/gid_map");

    /// <summary>The engine is root of a user namespace only.</summary>
    internal bool InUserNamespace => Users is not [{ First: 0, Count: uint.MaxValue }];

    internal bool CanSetGroups { get; }

    /// <summary>The engine's own.</summary>
    internal ulong Capabilities { get; }

    internal ulong MaximalDescriptors { get; }

    /// <summary>See <see cref="ProcessRights.SetLimits"/>.</summary>
    private static string Instead(IEnumerable<string> controllers)
    {
        var share = MachineShare.Current;
        string[] kept =
        [
            .. controllers.Contains("memory") ? (string[])[$"one process may take {share.MemoryText} of memory"] : [],
            .. controllers.Contains("pids") ? (string[])[$"one user may have {share.ContainerProcesses} processes"] : [],
        ];
        return kept.Length == 0 ? "" : $"; {string.Join(", and ", kept)}";
    }

    private static string Column(string path, string start, int column) =>
        File.ReadLines(path).First(line => line.StartsWith(start, StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[column];
}
