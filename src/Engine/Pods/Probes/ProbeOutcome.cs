namespace Kontrakt.Engine.Pods.Probes;

/// <summary>What one try of a probe brought.</summary>
/// <param name="Message">For a failure: why.</param>
/// <param name="Errored">It could not even be tried.</param>
internal sealed record ProbeOutcome(bool Success, string Message = "", bool Errored = false)
{
    public static ProbeOutcome Passed { get; } = new(true);
}
