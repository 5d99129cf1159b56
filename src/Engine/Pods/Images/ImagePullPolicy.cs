namespace Kontrakt.Engine.Pods.Images;

public enum ImagePullPolicy
{
    Always,
    IfNotPresent,
    Never,
}
