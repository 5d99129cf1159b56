using Kontrakt.Clusters;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>Waits for a kontrakt: every object ready and every test ended, or the first hopeless state, or the end of the budget.</summary>
public static class KontraktWaiter
{
    /// <summary>
    /// Waits by watches alone. Nothing is reported but progress and ended tests: failures are in the result. When all tests have ended and one
    /// of them failed, what is not ready yet is no longer waited for, since the verdict stands.
    /// </summary>
    /// <param name="deadline">When the kontrakt's budget ends.</param>
    /// <exception cref="KontraktException">Annotations that cannot be meant, or the cluster was lost for good.</exception>
    public static Task<WaitResult> WaitAsync(Lease lease, KontraktManifests manifests, KontraktSettings settings, DateTimeOffset deadline, IRunLog log, CancellationToken cancellationToken) =>
        WaitAsync(lease, manifests, settings, deadline, log, TimeProvider.System, cancellationToken);

    internal static async Task<WaitResult> WaitAsync(Lease lease, KontraktManifests manifests, KontraktSettings settings, DateTimeOffset deadline, IRunLog log, TimeProvider time, CancellationToken cancellationToken)
    {
        var tests = KontraktTest.AllOf(manifests);
        using var watch = new ClusterWatch(lease.Caller, lease.Namespace, time, cancellationToken);
        WaitSession? session = null;
        try
        {
            var redactor = await NamespaceSecrets.RedactorAsync(lease, manifests, cancellationToken);
            session = new(lease, manifests, tests, settings, deadline, watch, new(lease.Kontrakt, log, redactor, time), time);
            await watch.AddAsync(manifests, cancellationToken);
            return await RedactAsync(await session.RunAsync(cancellationToken), lease, manifests, cancellationToken);
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, lease.Caller.Connection, $"kontrakt '{lease.Kontrakt}' was waiting for {session?.Outstanding() ?? string.Join(", ", tests.Select(test => $"test {test.Name}"))}")], e);
        }
    }

    /// <summary>Why tests failed goes into the record. Secrets are read once more: the kontrakt's own pods may have made some since.</summary>
    private static async Task<WaitResult> RedactAsync(WaitResult waited, Lease lease, KontraktManifests manifests, CancellationToken cancellationToken)
    {
        if (!waited.Ended.Values.Any(outcome => outcome is TestOutcome.Failed))
            return waited;
        var redactor = await NamespaceSecrets.RedactorAsync(lease, manifests, cancellationToken);
        return waited with
        {
            Ended = waited.Ended.ToDictionary(each => each.Key,
                each => each.Value is TestOutcome.Failed failed ? failed with { Message = redactor.Redact(PlainText.Clean(failed.Message)) } : each.Value, StringComparer.Ordinal),
        };
    }
}
