using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs;

/// <summary>The state of a test; <see cref="TestHistory"/> says by what rules. A closed set: match on it.</summary>
public abstract record TestOutcome
{
    private TestOutcome() { }

    /// <param name="State">What it does meanwhile, in a line.</param>
    public sealed record Running(string State) : TestOutcome;

    public sealed record Passed(TimeSpan Duration) : TestOutcome;

    /// <param name="Message">Why: container and exit code, or the pod's or Job's own reason.</param>
    /// <param name="Pod">The pod that failed; "" where there is none.</param>
    /// <param name="Containers">The containers that failed; empty where it was not for one of them.</param>
    public sealed record Failed(TimeSpan Duration, string Message, string Pod, IReadOnlyList<string> Containers) : TestOutcome
    {
        /// <summary>A diagnostic of the form "test {name} ...: {message}".</summary>
        public DiagnosticKind Reason { get; init; } = Ktr.TestFailed;

        /// <summary>The last log lines of those containers, one list each, as they were read when they ended; null for one that could not be read.</summary>
        public IReadOnlyList<IReadOnlyList<string>?> Logs { get; init; } = [];
    }

    /// <summary>What may have deleted a test before it was seen to end, and what to do.</summary>
    internal static string WhoDeletes(KubernetesObject? item) =>
        item?.Kind == "Job" && item.Text("spec", "ttlSecondsAfterFinished") is { Length: > 0 } ttl
            ? $"its ttlSecondsAfterFinished ({ttl}) deletes it once it has ended, so nobody knows how it ended. Remove that field (the namespace is deleted after the run), or run apply and wait in one (kontrakt run), which looks on from the beginning."
            : "something has deleted it, and how it would have ended is not known. Find out what deletes it (another test, a controller, a limit of its own such as ttlSecondsAfterFinished).";
}
