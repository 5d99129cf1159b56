namespace Kontrakt.Engine.Pods.Images;

public sealed record ImagePullRequest
{
    public required ImagePullPolicy Policy { get; init; }
    /// <summary>What the pod's imagePullSecrets hold: the JSON of .dockerconfigjson or .dockercfg, first match first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> PullSecrets { get; init; } = [];
    /// <summary>Of Docker Hub: the pod's namespace's, not the machine's.</summary>
    public IReadOnlyList<string> Mirrors { get; init; } = [];
}
