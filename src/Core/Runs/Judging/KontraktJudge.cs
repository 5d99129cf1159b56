using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>Judges a kontrakt: its tests' exit codes, then its declarative assertions; collects logs and events of what failed.</summary>
public static class KontraktJudge
{
    /// <summary>
    /// Judges by what the cluster shows now, so it works in a process of its own after wait. Assertions are looked at once all objects are ready:
    /// until the deadline when all tests passed, once when one failed, not at all when wait failed.
    /// </summary>
    /// <param name="waited">What wait found.</param>
    /// <param name="logDirectory">Where whole logs, statuses and events go: obj/kontrakt/(run)/(kontrakt)/.</param>
    /// <exception cref="KontraktException">Annotations that cannot be meant, or an assertion on a kind that the cluster does not have.</exception>
    public static async Task<Verdict> JudgeAsync(Lease lease, KontraktManifests manifests, WaitResult waited, KontraktSettings settings, DateTimeOffset deadline, string logDirectory, IRunLog log, CancellationToken cancellationToken)
    {
        try
        {
            return await JudgeNowAsync(lease, manifests, waited, settings, deadline, logDirectory, log, cancellationToken);
        }
        catch (KubernetesException e)
        {
            // What wait found is still true, and says more than that the cluster has gone since.
            return new([.. waited.Failures, ClusterFaults.Describe(e, lease.Caller.Connection, $"kontrakt '{lease.Kontrakt}' was being judged")], []);
        }
    }

    private static async Task<Verdict> JudgeNowAsync(Lease lease, KontraktManifests manifests, WaitResult waited, KontraktSettings settings, DateTimeOffset deadline, string logDirectory, IRunLog log, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var tests = KontraktTest.AllOf(manifests);
        var redactor = await NamespaceSecrets.RedactorAsync(lease, manifests, cancellationToken);
        using var watch = new ClusterWatch(lease.Caller, lease.Namespace, time, cancellationToken);
        await watch.AddAsync(manifests, cancellationToken);
        var assertions = new AssertionSession(lease, manifests.Assertions, watch, new(lease.Kontrakt, log, redactor, time), time);
        var failures = new List<Diagnostic>(waited.Failures);
        var assertable = waited.Failures.Count == 0 && await TryAddAsync(assertions, failures, cancellationToken);
        while (!watch.Synced)
            await watch.NextAsync(TimeSpan.FromSeconds(10), cancellationToken);

        var logs = new LogCapture(lease.Caller, lease.Namespace, redactor, settings.LogLines);
        var evidence = new Evidence(lease, watch.State, logs, redactor, logDirectory, log);
        var judged = new TestJudge(new(manifests, watch.State), tests, waited, settings, redactor, evidence);
        if (assertable)
        {
            var until = judged.AllPassed ? deadline : DateTimeOffset.MinValue;
            failures.AddRange((await assertions.RunAsync(until, cancellationToken)).Select(each => each with { Message = redactor.Redact(each.Message) }));
        }
        var passed = failures.Count == 0 && judged.AllPassed;
        await SaveAsync(evidence, judged, manifests, watch.State, lease, passed, cancellationToken);
        if (!passed)
            log.Report(new RunEvent.KontraktProgress(lease.Kontrakt, $"logs, states and events are in {logDirectory}"));
        return new([.. waited.Failures, .. judged.Failures(manifests), .. failures.Skip(waited.Failures.Count)], judged.Tests());
    }

    private static async Task<bool> TryAddAsync(AssertionSession assertions, List<Diagnostic> failures, CancellationToken cancellationToken)
    {
        try
        {
            await assertions.AddAsync(cancellationToken);
            return true;
        }
        catch (KontraktException e)
        {
            // Reported with the failed tests, which must not be hidden by a mistyped kind.
            failures.AddRange(e.Diagnostics);
            return false;
        }
    }

    /// <summary>Of a kontrakt that passed, its tests' logs; of one that failed, all there is.</summary>
    private static async Task SaveAsync(Evidence evidence, TestJudge judged, KontraktManifests manifests, ClusterState state, Lease lease, bool passed, CancellationToken cancellationToken)
    {
        var view = new KontraktView(manifests, state);
        var own = view.Pods().Select(subject => subject.Pod).ToList();
        // In a namespace that is not the run's own, other pods are nobody's business here.
        var pods = passed ? judged.Pods() : lease.Created ? [.. state.Pods.OrderBy(pod => pod.Name, StringComparer.Ordinal)] : own;
        await evidence.SaveLogsAsync(pods, cancellationToken);
        await evidence.SaveObservationAsync(lease.Created ? [.. state.Pods.OrderBy(pod => pod.Name, StringComparer.Ordinal)] : own, cancellationToken);
        if (!passed)
            await evidence.SaveStatesAsync([.. pods, .. manifests.Objects.Where(manifest => manifest.Object.Kind != "Pod").Select(view.Find).OfType<Kubernetes.Objects.KubernetesObject>()], cancellationToken);
    }
}
