namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>What the containers of a pod share: network, host name, IPC, and the files that name both.</summary>
public sealed record SandboxSpec
{
    /// <summary>The pod's uid: names its folder.</summary>
    public required string Id { get; init; }
    public required string Namespace { get; init; }
    public required string Hostname { get; init; }
    /// <summary>Its folder on disk, made by the caller and deleted by the caller after the sandbox is disposed.</summary>
    public required string Directory { get; init; }
    /// <summary>Kernel parameters of its own network, from the pod's securityContext.sysctls.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();
}
