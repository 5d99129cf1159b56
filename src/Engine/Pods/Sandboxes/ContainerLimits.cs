namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>What a container may use; null is no limit. Kept where the machine's cgroups allow.</summary>
public sealed record ContainerLimits(double? Cpus = null, long? MemoryBytes = null, int? Processes = null);
