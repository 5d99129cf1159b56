namespace Kontrakt.Engine.Pods.Images;

/// <summary>Why a container has no image, in the words of the kubelet.</summary>
/// <param name="reason">One of the constants: a waiting container's reason.</param>
public sealed class ImagePullException(string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public const string ErrImagePull = "ErrImagePull";
    public const string ErrImageNeverPull = "ErrImageNeverPull";
    public const string InvalidImageName = "InvalidImageName";

    public string Reason { get; } = reason;
}
