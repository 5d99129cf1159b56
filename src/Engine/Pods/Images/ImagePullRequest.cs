namespace Kontrakt.Engine.Pods.Images;

public sealed record ImagePullRequest
{
    public required ImagePullPolicy Policy { get; init; }
    /// <summary>What the pod's imagePullSecrets hold: the JSON of .dockerconfigjson or .dockercfg, first match first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> PullSecrets { get; init; } = [];
    /// <summary>Of Docker Hub: the pod's namespace's, not the machine's.</summary>
    public IReadOnlyList<string> Mirrors { get; init; } = [];
}

public enum ImagePullPolicy
{
    Always,
    IfNotPresent,
    Never,
}

/// <summary>Why a container has no image, in the words of the kubelet.</summary>
/// <param name="reason">One of the constants: a waiting container's reason.</param>
public sealed class ImagePullException(string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public const string ErrImagePull = "ErrImagePull";
    public const string ErrImageNeverPull = "ErrImageNeverPull";
    public const string InvalidImageName = "InvalidImageName";

    public string Reason { get; } = reason;
}
