namespace Engine.Tests.Kubectl;

/// <summary>What of a command's output has to be the same on engine and cluster.</summary>
internal enum Compared
{
    Everything,
    /// <summary>Lines that kubectl itself writes in a random order.</summary>
    AnyOrder,
    /// <summary>What comes before depends on who is faster.</summary>
    LastLine,
    /// <summary>The words depend on the version of the server, on that of kubectl, or on kinds that the engine has not.</summary>
    ExitCodeOnly,
    /// <summary>Nothing: builds of Kubernetes 1.20 by newer compilers, Debian's among them, crash at some patches.</summary>
    OnEngineOnly,
}
