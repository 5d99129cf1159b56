namespace Kontrakt.Engine.Pods.Sandboxes;

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
