namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>A process could not be started; the message is worded as container runtimes do: what a pod's status shows.</summary>
public sealed class ContainerStartException(StartFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    public StartFailure Failure { get; } = failure;
}
