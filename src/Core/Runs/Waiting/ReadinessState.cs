using Kontrakt.Diagnostics;

namespace Kontrakt.Runs;

/// <summary>What an object's status says of its readiness. A closed set: match on it.</summary>
public abstract record ReadinessState
{
    private ReadinessState() { }

    /// <summary>There is nothing more to wait for.</summary>
    public sealed record Done : ReadinessState;

    /// <param name="Message">What is missing, for a person.</param>
    public sealed record Waiting(string Message) : ReadinessState;

    /// <summary>It will not become ready by itself.</summary>
    /// <param name="Kind">A diagnostic of the form "{object} failed: {message}".</param>
    public sealed record Failed(DiagnosticKind Kind, string Message) : ReadinessState;

    internal static ReadinessState Ready { get; } = new Done();
}
