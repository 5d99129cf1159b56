using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

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
        var redactor = await work.RedactorAsync(cancellationToken);
        var cluster = watch.Cluster;
        var progress = new WaitProgress(work.Lease.Kontrakt, work.Log, redactor, work.Time);
        var assertions = new AssertionSession(work, cluster, progress);
        var failures = new List<Diagnostic>(waited.Failures);
        var assertable = waited.Failures.Count == 0;
        if (assertable)
            await assertions.AddAsync(cancellationToken);
        do
            await cluster.NextAsync(cluster.Synced ? TimeSpan.Zero : TimeSpan.FromSeconds(10), cancellationToken);
        while (!cluster.Synced);

        var evidence = new Evidence(work, cluster.State, redactor);
        var judged = new TestJudge(work.Manifests, watch, waited, redactor, evidence);
        if (assertable)
        {
            // After a failed test they had no time to become true: what does not hold has been reported already, and is not a second error.
            var found = (await assertions.RunAsync(patient: judged.AllPassed, deadline, cancellationToken)).Where(each => judged.AllPassed || !each.Is(Ktr.AssertionFailed, Ktr.ErrorAssertionFailed, Ktr.ErrorAssertionAbsent));
            failures.AddRange(found.Select(each => each with { Message = redactor.Redact(each.Message) }));
        }
        if (failures.Count == 0 && judged.AllPassed && work.Manifests.Assertions.Count > 0)
            failures.AddRange(await KontraktWaiter.WaitAgainAsync(work, watch, progress, deadline, cancellationToken));
        if (failures.Count == 0 && judged.AllPassed)
            failures.AddRange(judged.TargetsThatNeverRan());
        var passed = failures.Count == 0 && judged.AllPassed;
        await SaveAsync(work, watch, evidence, passed ? judged.Pods() : null, cancellationToken);
        if (!passed)
        {
            work.Log.Report(new RunEvent.KontraktProgress(work.Lease.Kontrakt, $"logs, states and events are in {work.Folder}"));
            foreach (var refused in Egress.Refused(watch, work.Lease.Created, redactor))
                work.Log.Report(new RunEvent.Reported(refused));
        }
        return new([.. waited.Failures, .. judged.Failures(), .. failures.Skip(waited.Failures.Count)], judged.Tests());
    }

    /// <param name="tests">The tests' pods, of a kontrakt that passed: their logs are saved. Null: of one that failed, all there is.</param>
    private static async Task SaveAsync(KontraktWork work, KontraktWatch watch, Evidence evidence, IReadOnlyList<KubernetesObject>? tests, CancellationToken cancellationToken)
    {
        // In a namespace that is not the run's own, other pods are nobody's business here.
        List<KubernetesObject> all = work.Lease.Created ? [.. watch.Cluster.State.Pods.OrderBy(pod => pod.Name, StringComparer.Ordinal)] : [.. watch.View.Pods().Select(subject => subject.Pod)];
        await evidence.SaveLogsAsync(tests ?? all, cancellationToken);
        await evidence.SaveObservationAsync(all, cancellationToken);
        if (tests is null)
            await evidence.SaveStatesAsync([.. all, .. work.Manifests.Objects.Where(manifest => manifest.Object.Kind != "Pod").Select(watch.View.Find).OfType<KubernetesObject>()], cancellationToken);
    }
}

/// <param name="Failures">Everything to report: what wait found, failed tests, assertions that do not hold. Never empty where a test has not passed.</param>
public sealed record Verdict(IReadOnlyList<Diagnostic> Failures, IReadOnlyList<RunTest> Tests)
{
    public bool Passed => Failures.Count == 0 && Tests.All(test => test.Passed);
}
