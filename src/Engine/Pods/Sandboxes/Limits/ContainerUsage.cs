namespace Kontrakt.Engine.Pods.Sandboxes.Limits;

/// <summary>What a container, or its machine, has used up to a moment.</summary>
/// <param name="Processor">Time of processors.</param>
/// <param name="Memory">Bytes that it cannot do without at once (the working set).</param>
public sealed record ContainerUsage(TimeSpan Processor, long Memory);
