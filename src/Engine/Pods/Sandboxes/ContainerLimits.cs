namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>What a container may use; null is no limit. Kept where the machine's cgroups allow.</summary>
/// <param name="CpuWeight">Its part of the processors when they are not enough for all, counted in processors.</param>
public sealed record ContainerLimits(double? Cpus = null, long? MemoryBytes = null, int? Processes = null, double? CpuWeight = null);
