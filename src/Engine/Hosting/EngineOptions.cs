namespace Kontrakt.Engine.Hosting;

public sealed record EngineOptions
{
    /// <summary>For what outlives the process: images, ports. Held by one engine at a time.</summary>
    public required string Directory { get; init; }
    /// <summary>The kubeconfig that is written when the engine answers, and deleted when it ends.</summary>
    public required string Handshake { get; init; }
    /// <summary>The log file; begun again at each start.</summary>
    public required string Log { get; init; }
    public required string Version { get; init; }
    /// <summary>The user's registries.conf.d, where tools on this machine read such; null where none do.</summary>
    public string? RegistriesDirectory { get; init; }
    /// <summary>This process, as its users see it: what the handshake names.</summary>
    public required int ProcessId { get; init; }
    /// <summary>The engine ends when nobody has asked it for anything for so long, and no kontrakt is kept.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(15);
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
