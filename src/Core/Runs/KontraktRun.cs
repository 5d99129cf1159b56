using System.Diagnostics;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Manifests;
using Kontrakt.Runs.Applying;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>One kontrakt of a run on a cluster: its steps, each of which writes the record and leaves the next one all it needs.</summary>
internal sealed class KontraktRun(KubernetesClient client, KontraktSettings settings, IRunLog log, RunStore store, string name) : IDisposable
{
    private Lease? _lease;
    private RunSpan? _step;

    public RunKontrakt Record => store.Record.Kontrakts.Single(kontrakt => kontrakt.Name == name);

    /// <summary>Runs a step for the kontrakts that are ready for it, concurrently; errors of one do not stop the others. The step disposes the kontrakt it is given.</summary>
    public static async Task<bool> EachAsync(KubernetesClient client, KontraktSettings settings, IRunLog log, RunStore store, Func<RunKontrakt, bool> ready,
        Func<KontraktRun, CancellationToken, Task<bool>> step, CancellationToken cancellationToken)
    {
        var passed = true;
        var names = store.Record.Kontrakts.Where(ready).Select(kontrakt => kontrakt.Name);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, settings.Parallelism), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(names, options, async (name, token) =>
        {
            if (!await new KontraktRun(client, settings, log, store, name).GuardAsync(step, token))
                Volatile.Write(ref passed, false);
        });
        return Volatile.Read(ref passed);
    }

    /// <summary>A step whose diagnostics are reported and recorded as this kontrakt's failure.</summary>
    public async Task<bool> GuardAsync(Func<KontraktRun, CancellationToken, Task<bool>> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step(this, cancellationToken);
        }
        catch (KontraktException e)
        {
            Fail(e.Diagnostics);
        }
        catch (KubernetesException e)
        {
            Fail([ClusterFaults.Describe(e, client.Connection, $"kontrakt '{name}' ran")]);
        }
        return false;
    }

    /// <summary>Lease and apply.</summary>
    public async Task<bool> ApplyAsync(CancellationToken cancellationToken)
    {
        await LeaseAsync(detached: true, cancellationToken);
        try
        {
            await ApplyObjectsAsync(cancellationToken);
        }
        catch (Exception) when (settings.Keep == KeepPolicy.Never)
        {
            // The next step will not come: what this one made goes at once.
            await DeleteAsync(CancellationToken.None);
            throw;
        }
        return true;
    }

    /// <returns>Whether it is that of an earlier apply of this run, whose objects are still there.</returns>
    private async Task<bool> LeaseAsync(bool detached, CancellationToken cancellationToken)
    {
        store.Update(name, record => record with { Began = DateTimeOffset.UtcNow, Ended = null, Cached = null, Diagnostics = [], Tests = [], Waited = null, Steps = [] });
        Begin("lease");
        var reopened = await ReopenAsync(cancellationToken);
        _lease = reopened ?? await LeaseManager.AcquireAsync(client, name, store.Record.Id, settings, log, detached, cancellationToken);
        Update(record => record with { Namespace = new(_lease.Namespace, _lease.Created, _lease.ServiceAccount, Deleted: false) });
        return reopened is not null;
    }

    private async Task ApplyObjectsAsync(CancellationToken cancellationToken)
    {
        Begin("apply");
        await KontraktApplier.ApplyAsync(await LeaseAsync(cancellationToken), Manifests(), settings, log, cancellationToken);
        Update(record => record with { State = RunState.Applied });
    }

    /// <summary>The lease of an earlier apply of this run, which is then applied to again; null where there is none or it is gone.</summary>
    private async Task<Lease?> ReopenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Record.Namespace is { Deleted: false } ? await LeaseAsync(cancellationToken) : null;
        }
        catch (KontraktException e) when (IsGone(e))
        {
            return null;
        }
    }

    /// <summary>Waits; what it finds is reported here and judged again by assert.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        var work = await WorkAsync(cancellationToken);
        using var watch = await KontraktWatch.OpenAsync(work, fromTheBeginning: false, cancellationToken);
        var waited = await WaitQuietlyAsync(work, watch, Deadline(fromNow: true), cancellationToken);
        Report(waited.Failures);
        return waited.Failures.Count == 0;
    }

    private async Task<WaitResult> WaitQuietlyAsync(KontraktWork work, KontraktWatch watch, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        Begin("wait");
        var waited = await KontraktWaiter.WaitAsync(work, watch, deadline, cancellationToken);
        Update(record => record with { State = RunState.Waited, Diagnostics = [.. waited.Failures.Select(RunDiagnostic.From)], Waited = RunWait.From(waited) });
        return waited;
    }

    /// <summary>Judges from what the cluster shows now and what wait recorded.</summary>
    public async Task<bool> AssertAsync(CancellationToken cancellationToken)
    {
        // What comes after others is applied by wait: without it, some of the kontrakt was never on the cluster.
        if (Record.Waited is null && Sequence.Of(Manifests().Objects) is [var after, ..])
            throw new KontraktException([Ktr.WaitFirst.At(after.Place, after.Manifest.Title)]);
        var work = await WorkAsync(cancellationToken);
        using var watch = await KontraktWatch.OpenAsync(work, fromTheBeginning: false, cancellationToken);
        return await JudgeAsync(work, watch, Record.Waited?.ToResult() ?? new([]), Deadline(fromNow: true), cancellationToken);
    }

    private async Task<bool> JudgeAsync(KontraktWork work, KontraktWatch watch, WaitResult waited, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        Begin("assert");
        var verdict = await KontraktJudge.JudgeAsync(work, watch, waited, deadline, cancellationToken);
        Update(record => record with { Tests = verdict.Tests });
        if (!verdict.Passed)
        {
            Fail(verdict.Failures);
            return false;
        }
        store.Update(name, record => record with { State = RunState.Passed, Ended = DateTimeOffset.UtcNow, Diagnostics = [] });
        return true;
    }

    /// <summary>The kontrakt's whole way on the cluster; what remains is the lease, which <see cref="CloseAsync"/> ends.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        log.Report(new RunEvent.KontraktBegan(name));
        var passed = await GuardAsync(async (run, token) =>
        {
            var again = await run.LeaseAsync(detached: false, token);
            var (work, deadline) = (await run.WorkAsync(token), run.Deadline(fromNow: false));
            // What an earlier apply left there may have been ready with an earlier image: only what is seen after this apply counts.
            if (again)
                await run.ApplyObjectsAsync(token);
            using var watch = await KontraktWatch.OpenAsync(work, fromTheBeginning: !again, token);
            if (!again)
                await run.ApplyObjectsAsync(token);
            return await run.JudgeAsync(work, watch, await run.WaitQuietlyAsync(work, watch, deadline, token), deadline, token);
        }, cancellationToken);
        log.Report(new RunEvent.KontraktEnded(name, passed, clock.Elapsed));
        return passed;
    }

    /// <summary>Deletes the lease, or keeps it where KontraktKeep says so; a cancelled run has not failed. Never cancelled itself: it has a time limit of its own.</summary>
    public async Task CloseAsync(bool failed)
    {
        if (_lease is null && Record.Namespace is not { Deleted: false })
            return;
        var keep = settings.Keep == KeepPolicy.Always || (settings.Keep == KeepPolicy.Failed && failed);
        await GuardAsync(async (run, token) =>
        {
            if (keep)
                await LeaseManager.KeepAsync(await run.LeaseAsync(token), settings, log, token);
            else
                await run.DeleteAsync(token);
            return true;
        }, CancellationToken.None);
    }

    /// <summary>Deletes the lease. What goes wrong is reported and changes no verdict.</summary>
    /// <returns>Whether the deletion is done or under way.</returns>
    public async Task<bool> DeleteAsync(CancellationToken cancellationToken)
    {
        if (Record.Namespace is not { } place)
            return true;
        Begin("delete");
        var deleted = _lease is null
            ? await LeaseManager.DeleteAsync(client, name, store.Record.Id, new(place.Name, place.ServiceAccount, place.Created), settings, log)
            : await LeaseManager.DeleteAsync(_lease, settings, log, cancellationToken);
        if (deleted)
            Update(record => record with { Namespace = record.Namespace is { } ns ? ns with { Deleted = true } : null });
        return deleted;
    }

    /// <summary>A step that was cut short, by an error or by who cancelled the run, ended when the next one begins.</summary>
    private void Begin(string step)
    {
        if (_step is not null)
            Update(record => record);
        _step = new(step, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow);
    }

    /// <summary>Changes the record, and ends the step that had begun.</summary>
    private void Update(Func<RunKontrakt, RunKontrakt> change)
    {
        var ended = _step is null ? null : _step with { Ended = DateTimeOffset.UtcNow };
        _step = null;
        store.Update(name, record =>
        {
            var changed = change(record);
            return ended is null ? changed : changed with { Steps = [.. changed.Steps, ended] };
        });
    }

    private static bool IsGone(KontraktException e) => e.Diagnostics is [{ Code: var code }] && code == Ktr.LeaseGone.Code;

    public void Dispose() => _lease?.Account.Dispose();

    private async Task<Lease> LeaseAsync(CancellationToken cancellationToken)
    {
        if (_lease is null)
        {
            var recorded = Record.Namespace ?? throw Ktr.RunMissing.Error(null, $"'{store.Record.Id}' with KontraktApply done", settings.RunsDirectory, "", "KontraktApply");
            _lease = await LeaseManager.OpenAsync(client, name, store.Record.Id, recorded.Name, recorded.ServiceAccount, recorded.Created, cancellationToken);
        }
        return _lease;
    }

    private async Task<KontraktWork> WorkAsync(CancellationToken cancellationToken) =>
        new(await LeaseAsync(cancellationToken), Manifests(), settings, log, store.KontraktFolder(name));

    private KontraktManifests Manifests() => store.Manifests.Resolved(store.Record, Record);

    private DateTimeOffset Deadline(bool fromNow) => (fromNow ? DateTimeOffset.UtcNow : Record.Began ?? DateTimeOffset.UtcNow) + settings.Timeout;

    private void Fail(IReadOnlyList<Diagnostic> diagnostics)
    {
        Report(diagnostics);
        Update(record => record with
        {
            State = RunState.Failed,
            Ended = DateTimeOffset.UtcNow,
            Diagnostics = [.. diagnostics.Select(RunDiagnostic.From)],
        });
    }

    private void Report(IReadOnlyList<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
            log.Report(new RunEvent.Reported(diagnostic));
    }
}
