using System.Diagnostics;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Manifests;
using Kontrakt.Runs.Applying;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>One kontrakt of a run on a cluster: its steps, each of which writes the record and leaves the next one all it needs.</summary>
internal sealed class KontraktRun(OpenRun run, ClusterClient client, string name) : IDisposable
{
    private readonly Leases _leases = new(client, run.Settings, run.Log);
    private Lease? _lease;
    private RunSpan? _step;

    /// <summary>Whether all of it has been applied.</summary>
    public bool HasApplied { get; private set; }

    public RunKontrakt Record => run.Record.Kontrakts.Single(kontrakt => kontrakt.Name == name);

    /// <summary>A step whose diagnostics are reported and recorded as this kontrakt's failure.</summary>
    public async Task<bool> GuardAsync(Func<CancellationToken, Task<bool>> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step(cancellationToken);
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
        catch (Exception) when (run.Settings.Keep == KeepPolicy.Never)
        {
            // The next step will not come: what this one made goes at once.
            await DeleteAsync();
            throw;
        }
        return true;
    }

    /// <returns>Whether it is that of an earlier apply of this run, whose objects are still there.</returns>
    private async Task<bool> LeaseAsync(bool detached, CancellationToken cancellationToken)
    {
        run.Store.Update(name, record => record with { Began = DateTimeOffset.UtcNow, Ended = null, Cached = null, Diagnostics = [], Tests = [], Waited = null, Steps = [] });
        Begin(RunStep.Lease);
        var reopened = await ReopenAsync(cancellationToken);
        _lease = reopened ?? await _leases.AcquireAsync(name, run.Id, detached, cancellationToken);
        Update(record => record with { Namespace = new(_lease.Namespace, _lease.Created, _lease.ServiceAccount, Deleted: false) { Run = _lease.RunId == run.Id ? null : _lease.RunId } });
        return reopened is not null;
    }

    private async Task ApplyObjectsAsync(CancellationToken cancellationToken)
    {
        Begin(RunStep.Apply);
        await KontraktApplier.ApplyAsync(await WorkAsync(cancellationToken), cancellationToken);
        HasApplied = true;
        Update(record => record with { State = RunState.Applied });
    }

    /// <summary>The lease of an earlier apply of this run, which is then applied to again; null where there is none or it is gone.</summary>
    private async Task<Lease?> ReopenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Record.Namespace is { Deleted: false } ? await LeaseAsync(cancellationToken) : null;
        }
        catch (KontraktException e) when (e.Is(Ktr.LeaseGone))
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
        Begin(RunStep.Wait);
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
        Begin(RunStep.Assert);
        var verdict = await KontraktJudge.JudgeAsync(work, watch, waited, deadline, cancellationToken);
        Update(record => record with { Tests = verdict.Tests });
        if (!verdict.Passed)
        {
            Fail(verdict.Failures);
            return false;
        }
        run.Store.Update(name, record => record with { State = RunState.Passed, Ended = DateTimeOffset.UtcNow, Diagnostics = [] });
        return true;
    }

    /// <summary>The kontrakt's whole way on the cluster; what remains is the lease, which <see cref="CloseAsync"/> ends.</summary>
    /// <param name="before">What an earlier run applied to the lease that this one takes over; null where it takes none.</param>
    public async Task<bool> RunAsync(KontraktManifests? before, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        run.Log.Report(new RunEvent.KontraktBegan(name));
        var passed = await GuardAsync(async token =>
        {
            var again = await LeaseAsync(detached: false, token);
            var (work, deadline) = (await WorkAsync(token), Deadline(fromNow: false));
            // What an earlier apply left there may have been ready with an earlier image: only what is seen after this apply counts.
            if (again && before is not null)
                await new Replacement(work, before).RemoveAsync(token);
            if (again)
                await ApplyObjectsAsync(token);
            using var watch = await KontraktWatch.OpenAsync(work, fromTheBeginning: !again, token);
            if (!again)
                await ApplyObjectsAsync(token);
            return await JudgeAsync(work, watch, await WaitQuietlyAsync(work, watch, deadline, token), deadline, token);
        }, cancellationToken);
        run.Log.Report(new RunEvent.KontraktEnded(name, passed, clock.Elapsed));
        return passed;
    }

    /// <summary>Deletes the lease, or keeps it where KontraktKeep says so; a cancelled run has not failed. Never cancelled itself: it has a time limit of its own.</summary>
    public async Task CloseAsync(bool failed)
    {
        if (_lease is null && Record.Namespace is not { Deleted: false })
            return;
        var keep = run.Settings.Keep == KeepPolicy.Always || (run.Settings.Keep == KeepPolicy.Failed && failed);
        await GuardAsync(async token =>
        {
            if (keep)
                await _leases.KeepAsync(await LeaseAsync(token), token);
            else
                await DeleteAsync();
            return true;
        }, CancellationToken.None);
    }

    /// <summary>Lets the lease wait for its next run as long as a kept one; it is still this process's, and ends with it.</summary>
    public async Task ExtendAsync(CancellationToken cancellationToken)
    {
        if (Place is { } place)
            await _leases.ExtendAsync(_lease ?? place, cancellationToken);
    }

    /// <summary>Deletes the lease, also of a run that was cancelled. What goes wrong is reported and changes no verdict.</summary>
    /// <returns>Whether the deletion is done or under way.</returns>
    public async Task<bool> DeleteAsync()
    {
        if (Place is not { } place)
            return true;
        Begin(RunStep.Delete);
        var deleted = await _leases.DeleteAsync(_lease ?? place);
        if (deleted)
            Update(record => record with { Namespace = record.Namespace is { } ns ? ns with { Deleted = true } : null });
        return deleted;
    }

    /// <summary>A step that was cut short, by an error or by who cancelled the run, ended when the next one begins.</summary>
    private void Begin(RunStep step)
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
        run.Store.Update(name, record =>
        {
            var changed = change(record);
            return ended is null ? changed : changed with { Steps = [.. changed.Steps, ended] };
        });
    }

    public void Dispose() => _lease?.Account.Dispose();

    private async Task<Lease> LeaseAsync(CancellationToken cancellationToken) =>
        _lease ??= await _leases.OpenAsync(Place ?? throw run.Missing(RunStep.Apply), cancellationToken);

    /// <summary>Where the lease is, as an earlier step recorded it; null where there is none.</summary>
    private LeasePlace? Place => Record.LeaseIn(run.Id);

    private async Task<KontraktWork> WorkAsync(CancellationToken cancellationToken) =>
        new(await LeaseAsync(cancellationToken), Manifests(), run.Settings, run.Log, run.Store.KontraktFolder(name)) { Secrets = run.SecretsOf(name) };

    private KontraktManifests Manifests() => run.Store.Manifests.Resolved(run.Record, Record);

    private DateTimeOffset Deadline(bool fromNow) => (fromNow ? DateTimeOffset.UtcNow : Record.Began ?? DateTimeOffset.UtcNow) + run.Settings.Timeout;

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
            run.Log.Report(new RunEvent.Reported(diagnostic));
    }
}
