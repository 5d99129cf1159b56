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
