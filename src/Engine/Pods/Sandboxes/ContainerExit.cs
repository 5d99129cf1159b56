namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>How a process ended: its exit code, or 128 + the signal that ended it.</summary>
/// <param name="OutOfMemory">The kernel ended it, because it was over its limit.</param>
public sealed record ContainerExit(int ExitCode, int? Signal, bool OutOfMemory, DateTimeOffset StartedAt, DateTimeOffset FinishedAt);
