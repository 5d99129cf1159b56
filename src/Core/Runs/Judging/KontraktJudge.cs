using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>Judges a kontrakt: its tests' exit codes, then its declarative assertions; collects logs and events of what failed.</summary>
internal static class KontraktJudge
{
    /// <summary>
    /// Judges by what has happened since the watch was opened and what wait recorded, so it works in a process of its own after wait. Assertions are
    /// looked at once all objects are ready: each within its own time when all tests passed, once when one failed, not at all when wait failed.
    /// </summary>
    /// <param name="waited">What wait found.</param>
    public static async Task<Verdict> JudgeAsync(KontraktWork work, KontraktWatch watch, WaitResult waited, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await JudgeNowAsync(work, watch, waited, deadline, cancellationToken);
        }
        catch (KubernetesException e)
        {
            // What wait found is still true, and says more than that the cluster has gone since.
            return new([.. waited.Failures, ClusterFaults.Describe(e, work.Lease.Caller.Connection, $"kontrakt '{work.Lease.Kontrakt}' was being judged")], []);
        }
    }

    private static async Task<Verdict> JudgeNowAsync(KontraktWork work, KontraktWatch watch, WaitResult waited, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var (lease, manifests, log) = (work.Lease, work.Manifests, work.Log);
        var redactor = await NamespaceSecrets.RedactorAsync(lease, manifests, cancellationToken);
        var cluster = watch.Cluster;
        var assertions = new AssertionSession(lease, manifests.Assertions, cluster, new(lease.Kontrakt, log, redactor, work.Time), work.Time);
        var failures = new List<Diagnostic>(waited.Failures);
        var assertable = waited.Failures.Count == 0;
        if (assertable)
            await assertions.AddAsync(cancellationToken);
        do
            await cluster.NextAsync(cluster.Synced ? TimeSpan.Zero : TimeSpan.FromSeconds(10), cancellationToken);
        while (!cluster.Synced);

        var logs = new LogCapture(lease.Caller, lease.Namespace, redactor, work.Settings.LogLines);
        var evidence = new Evidence(lease, cluster.State, logs, redactor, work.Folder, log);
        var judged = new TestJudge(manifests, watch, waited, redactor, evidence);
        if (assertable)
        {
            // After a failed test they had no time to become true: what does not hold has been told by the way, and is no second error.
            var found = (await assertions.RunAsync(patient: judged.AllPassed, deadline, cancellationToken)).Where(each => judged.AllPassed || !IsOfState(each));
            failures.AddRange(found.Select(each => each with { Message = redactor.Redact(each.Message) }));
        }
        if (failures.Count == 0 && judged.AllPassed)
            failures.AddRange(judged.TargetsThatNeverRan());
        var passed = failures.Count == 0 && judged.AllPassed;
        await SaveAsync(evidence, judged, manifests, watch, lease, passed, cancellationToken);
        if (!passed)
            log.Report(new RunEvent.KontraktProgress(lease.Kontrakt, $"logs, states and events are in {work.Folder}"));
        return new([.. waited.Failures, .. judged.Failures(), .. failures.Skip(waited.Failures.Count)], judged.Tests());
    }

    private static bool IsOfState(Diagnostic diagnostic) =>
        diagnostic.Code == Ktr.AssertionFailed.Code || diagnostic.Code == Ktr.ErrorAssertionFailed.Code || diagnostic.Code == Ktr.ErrorAssertionAbsent.Code;

    /// <summary>Of a kontrakt that passed, its tests' logs; of one that failed, all there is.</summary>
    private static async Task SaveAsync(Evidence evidence, TestJudge judged, KontraktManifests manifests, KontraktWatch watch, Lease lease, bool passed, CancellationToken cancellationToken)
    {
        var (view, state) = (watch.View, watch.Cluster.State);
        var own = view.Pods().Select(subject => subject.Pod).ToList();
        // In a namespace that is not the run's own, other pods are nobody's business here.
        var pods = passed ? judged.Pods() : lease.Created ? [.. state.Pods.OrderBy(pod => pod.Name, StringComparer.Ordinal)] : own;
        await evidence.SaveLogsAsync(pods, cancellationToken);
        await evidence.SaveObservationAsync(lease.Created ? [.. state.Pods.OrderBy(pod => pod.Name, StringComparer.Ordinal)] : own, cancellationToken);
        if (!passed)
            await evidence.SaveStatesAsync([.. pods, .. manifests.Objects.Where(manifest => manifest.Object.Kind != "Pod").Select(view.Find).OfType<Kubernetes.Objects.KubernetesObject>()], cancellationToken);
    }
}
