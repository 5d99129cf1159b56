using System.Net;
using Kontrakt.Engine.Pods.Sandboxes;

namespace Kontrakt.Engine.Pods.Probes;

/// <summary>What one try of a probe brought.</summary>
/// <param name="Message">For a failure: why.</param>
/// <param name="Errored">It could not even be tried.</param>
internal sealed record ProbeOutcome(bool Success, string Message = "", bool Errored = false)
{
    public static ProbeOutcome Passed { get; } = new(true);
}

/// <summary>What probes and hooks are about: the container's process and its pod's address.</summary>
internal sealed record ProbeTarget(ContainerProcess Process, IPAddress Address, PodDialer Dialer);
