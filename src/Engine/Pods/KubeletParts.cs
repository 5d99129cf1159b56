using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Logs;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Pods.Scheduling;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods;

/// <summary>All that the kubelet works with.</summary>
public sealed record KubeletParts
{
    public required ClusterObjects Objects { get; init; }
    public required ImageStore Images { get; init; }
    public required NodeNetwork Node { get; init; }
    public required PodNetwork Network { get; init; }
    public required TokenIssuer Tokens { get; init; }
    public required PodLogs Logs { get; init; }
    public required PodExec Exec { get; init; }
    /// <summary>Learns which containers run, and how what they use is measured; null: nobody wants to know.</summary>
    public PodUsages? Usages { get; init; }
}

public sealed record KubeletOptions
{
    /// <summary>For what pods write, and their logs; below the engine's data folder.</summary>
    public required string Directory { get; init; }
    /// <summary>For persistent volumes.</summary>
    public required string VolumesDirectory { get; init; }
    /// <summary>In memory (a tmpfs): for secrets and tokens.</summary>
    public required string MemoryDirectory { get; init; }
    public string NodeName { get; init; } = NodeObject.Name;
    /// <summary>What a pod may have on the disk that has no limits.ephemeral-storage. Null: a quarter of what is free now, from 1 to 10 GiB.</summary>
    public long? PodStorageBytes { get; init; }
    /// <summary>Below this, pods are evicted that have most on the disk.</summary>
    public long DiskReserveBytes { get; init; } = 1L << 30;
}
