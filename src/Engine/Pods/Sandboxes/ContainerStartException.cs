namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>A process could not be started; the message is worded as container runtimes do: what a pod's status shows.</summary>
public sealed class ContainerStartException(StartFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    public StartFailure Failure { get; } = failure;
}

/// <summary>Why a process could not be started.</summary>
public enum StartFailure
{
    /// <summary>Something of the machine's, not of the image's.</summary>
    Other,
    NotFound,
    PermissionDenied,
    /// <summary>A program of another machine, or none.</summary>
    ExecFormat,
    WorkingDirectory,
    Mount,
    /// <summary>The container it was to run in has ended.</summary>
    NotRunning,
}
