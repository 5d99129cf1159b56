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
    /// of them failed, what is not ready yet is no longer waited for, since the verdict stands.
    /// </summary>
    /// <param name="deadline">When the kontrakt's budget ends.</param>
    /// <exception cref="KontraktException">The cluster was lost for good.</exception>
    public static async Task<WaitResult> WaitAsync(KontraktWork work, KontraktWatch watch, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        WaitSession? session = null;
        using var logs = new EndedLogs(work, cancellationToken);
        try
        {
            var redactor = await NamespaceSecrets.RedactorAsync(work.Lease, work.Manifests, cancellationToken);
            session = new(work, watch, deadline, new(work.Lease.Kontrakt, work.Log, redactor, work.Time), logs);
            return await RedactAsync(await session.RunAsync(cancellationToken), work, cancellationToken);
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, work.Lease.Caller.Connection, $"kontrakt '{work.Lease.Kontrakt}' was waiting for {session?.Outstanding() ?? string.Join(", ", watch.Tests.Select(test => $"test {test.Name}"))}")], e);
        }
    }

    /// <summary>Why tests failed goes into the record. Secrets are read once more: the kontrakt's own pods may have made some since.</summary>
    private static async Task<WaitResult> RedactAsync(WaitResult waited, KontraktWork work, CancellationToken cancellationToken)
    {
        if (!waited.Ended.Values.Any(outcome => outcome is TestOutcome.Failed))
            return waited;
        var redactor = await NamespaceSecrets.RedactorAsync(work.Lease, work.Manifests, cancellationToken);
        return waited with
        {
            Ended = waited.Ended.ToDictionary(each => each.Key, each => each.Value is TestOutcome.Failed failed
                ? failed with { Message = redactor.Redact(PlainText.Clean(failed.Message)), Logs = [.. failed.Logs.Select(log => log?.Select(redactor.Redact).ToList())] }
                : each.Value, StringComparer.Ordinal),
        };
    }
}
