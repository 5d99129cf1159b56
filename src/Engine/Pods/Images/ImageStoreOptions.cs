using Kontrakt.Oci.Registry;

namespace Kontrakt.Engine.Pods.Images;

public sealed record ImageStoreOptions
{
    /// <summary>The store's own folder; made where it does not exist, held by one process at a time.</summary>
    public required string Directory { get; init; }
    /// <summary>host:port of the engine's registry as references name it: "localhost:5000", "registry.kontrakt-system.svc:5000". Read without HTTP.</summary>
    public IReadOnlyCollection<string> OwnRegistries { get; init; } = [];
    /// <summary>How all other registries are reached.</summary>
    public RegistryOptions Registry { get; init; } = new();
    public LayerLimits Limits { get; init; } = new();
    /// <summary>Bytes of unpacked layers. Above it, those that no container uses are deleted, least recently used first.</summary>
    public long SizeLimit { get; init; } = 20L * 1024 * 1024 * 1024;
    /// <summary>What was used within this time is never deleted.</summary>
    public TimeSpan GraceTime { get; init; } = TimeSpan.FromHours(1);
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
