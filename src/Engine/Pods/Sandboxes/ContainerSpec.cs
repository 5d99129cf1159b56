namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>One container to be started. All values are final: variables expanded, users looked up, volumes on disk.</summary>
public sealed record ContainerSpec
{
    /// <summary>Unique within the pod, for each start of its own: "app-0", "app-1".</summary>
    public required string Id { get; init; }
    /// <summary>Unpacked layers, the lowest first.</summary>
    public required IReadOnlyList<string> Layers { get; init; }
    public required IReadOnlyList<string> Arguments { get; init; }
    /// <summary>NAME=value</summary>
    public required IReadOnlyList<string> Environment { get; init; }
    /// <summary>Made where it does not exist, as the container runtime does.</summary>
    public required string WorkingDirectory { get; init; }
    public uint UserId { get; init; }
    public uint GroupId { get; init; }
    public IReadOnlyList<uint> SupplementaryGroups { get; init; } = [];
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];
    public bool ReadOnlyRootFileSystem { get; init; }
    public bool NoNewPrivileges { get; init; }
    /// <summary>Names without CAP_, of the default set: what is added to none where "ALL" is dropped.</summary>
    public IReadOnlyList<string> AddedCapabilities { get; init; } = [];
    public IReadOnlyList<string> DroppedCapabilities { get; init; } = [];
    public ContainerLimits Limits { get; init; } = new();
    /// <summary>Gets all that the container writes, as it writes it. Called on one thread at a time for each stream.</summary>
    public required ContainerOutput Output { get; init; }
}

/// <summary>A file or folder of the engine's that a container sees. Neither side may lead out of where it belongs, by links or "..".</summary>
/// <param name="Source">On the engine's side: what has been resolved already, without links.</param>
/// <param name="Target">In the container: absolute. Made where it does not exist.</param>
public sealed record ContainerMount(string Source, string Target, bool ReadOnly);

/// <summary>What a container may use; null: no limit. Kept where the machine's cgroups allow.</summary>
/// <param name="CpuWeight">Its part of the processors when they are not enough for all, counted in processors.</param>
public sealed record ContainerLimits(double? Cpus = null, long? MemoryBytes = null, int? Processes = null, double? CpuWeight = null);

/// <summary>Receives what a container writes.</summary>
/// <param name="error">It came by standard error.</param>
public delegate void ContainerOutput(bool error, ReadOnlySpan<byte> bytes);
