namespace Kontrakt.Engine.Pods;

public sealed record KubeletOptions
{
    /// <summary>For what pods write, and their logs; below the engine's data folder.</summary>
    public required string Directory { get; init; }
    /// <summary>In memory (a tmpfs): for secrets and tokens.</summary>
    public required string MemoryDirectory { get; init; }
    public string NodeName { get; init; } = "kontrakt";
    /// <summary>How many processes a container may have, where the machine's cgroups allow a limit.</summary>
    public int ProcessLimit { get; init; } = 4096;
}
