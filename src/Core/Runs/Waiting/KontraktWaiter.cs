using Kontrakt.Clusters;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Runs;

/// <summary>Waits for a kontrakt: every object ready and every test ended, or the first hopeless state, or the end of the budget.</summary>
internal static class KontraktWaiter
{
    /// <summary>
    /// Waits by watches alone. Nothing is reported but progress and ended tests: failures are in the result. When all tests have ended and one
    /// of them failed, what is not ready yet is no longer waited for, since the verdict is decided.
    /// </summary>
    /// <param name="deadline">When the kontrakt's budget ends.</param>
    /// <exception cref="KontraktException">The cluster was lost for good.</exception>
    public static async Task<WaitResult> WaitAsync(KontraktWork work, KontraktWatch watch, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        WaitSession? session = null;
        using var logs = new EndedLogs(work, cancellationToken);
        try
        {
            var redactor = await work.RedactorAsync(cancellationToken);
            await using var followed = new FollowedLogs(work, cancellationToken);
            session = new(work, watch, deadline, new(work.Lease.Kontrakt, work.Log, redactor, work.Time), logs, followed);
            return await RedactAsync(await session.RunAsync(cancellationToken), work, cancellationToken);
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, work.Lease.Caller.Connection, $"kontrakt '{work.Lease.Kontrakt}' was waiting for {session?.Outstanding() ?? string.Join(", ", watch.Tests.Select(test => $"test {test.Name}"))}")], e);
        }
    }

    /// <summary>Waits for a moment at which everything is ready, as it was when a wait ended well: assertions took their time since.</summary>
    /// <returns>What failed meanwhile, or is not ready in time.</returns>
    public static async Task<IReadOnlyList<Diagnostic>> WaitAgainAsync(KontraktWork work, KontraktWatch watch, WaitProgress progress, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        using var logs = new EndedLogs(work, cancellationToken);
        var waited = await RedactAsync(await new WaitSession(work, watch, deadline, progress, logs, again: true).RunAsync(cancellationToken), work, cancellationToken);
        var failed = watch.Tests.Select(test => waited.Ended.GetValueOrDefault(test.Name) is TestOutcome.Failed outcome ? outcome.Reason.At(test.Location, test.Name, outcome.Message) : null);
        return [.. waited.Failures, .. failed.OfType<Diagnostic>()];
    }

    /// <summary>Why tests failed goes into the record. Secrets are read once more: the kontrakt's own pods may have made some since.</summary>
    private static async Task<WaitResult> RedactAsync(WaitResult waited, KontraktWork work, CancellationToken cancellationToken)
    {
        if (!waited.Ended.Values.Any(outcome => outcome is TestOutcome.Failed))
            return waited;
        var redactor = await work.RedactorAsync(cancellationToken);
        return waited with
        {
            Ended = waited.Ended.ToDictionary(each => each.Key, each => each.Value is TestOutcome.Failed failed
                ? failed with { Message = redactor.Redact(PlainText.Clean(failed.Message)), Logs = [.. failed.Logs.Select(log => log?.Select(redactor.Redact).ToList())] }
                : each.Value, StringComparer.Ordinal),
        };
    }
}

/// <param name="Failures">Empty when all is ready and all tests have ended (however they ended: that is for assert). Not reported yet: that is the caller's part.</param>
public sealed record WaitResult(IReadOnlyList<Diagnostic> Failures)
{
    /// <summary>How tests ended, by name, as it was seen when it happened: a Job that deletes itself leaves nothing else.</summary>
    internal IReadOnlyDictionary<string, TestOutcome> Ended { get; init; } = new Dictionary<string, TestOutcome>();

    /// <summary>Tests that still ran when the wait was over, by name.</summary>
    internal IReadOnlyDictionary<string, RunUnended> Unended { get; init; } = new Dictionary<string, RunUnended>();

    /// <summary>The targets of which a pod was seen to run, as kind/name.</summary>
    internal IReadOnlyList<string> Ran { get; init; } = [];
}
