using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>The runs of <see cref="KontraktSettings.RunsDirectory"/>: begins one, opens those that earlier processes left, and deletes what they made.</summary>
public sealed class KontraktRuns(KontraktSettings settings, IRunLog log)
{
    private readonly ClusterAccess _cluster = new(settings, log);
    private readonly RunSelection _selection = RunSelection.Of(settings);

    public KontraktSettings Settings { get; } = settings;

    /// <summary>Called for each run that begins or is opened here.</summary>
    public Action<OpenRun> Opened { get; init; } = _ => { };

    /// <summary>Finds a run that this process has had open, by its id: its record and its manifests are not read again, unless another process has written the record.</summary>
    public Func<string, OpenRun?> Known { get; init; } = _ => null;

    /// <summary>The tag that everything built now gets; begins no run.</summary>
    public string FindSourceReference() => SourceReference.Resolve(Settings, DiscoverStep.Environment());

    /// <summary>Finds and checks kontrakts and begins a run; returns it and the projects whose images it needs.</summary>
    /// <param name="items">KontraktImage items.</param>
    public Task<DiscoverResult> BeginAsync(IReadOnlyList<ImageItem> items, CancellationToken cancellationToken) => BeginAsync(items, null, cancellationToken);

    /// <summary>The same, of those kontrakts that are chosen among the selected ones.</summary>
    public async Task<DiscoverResult> BeginAsync(IReadOnlyList<ImageItem> items, Func<IReadOnlyList<KontraktManifests>, IReadOnlyList<KontraktManifests>>? choose, CancellationToken cancellationToken)
    {
        var discovered = await DiscoverStep.DiscoverAsync(Settings, log, _cluster, items, choose, cancellationToken);
        Opened(discovered.Run);
        return discovered;
    }

    /// <summary>Opens a run; the latest for null.</summary>
    /// <param name="needed">The step that a run must have behind it, for the error.</param>
    /// <exception cref="KontraktException">KTR1023: there is no such run, or its record cannot be read. KTR1068: the latest is of other kontrakts than the settings select.</exception>
    public OpenRun Open(string? id, RunStep needed)
    {
        var store = id is not null && Known(id)?.Store is { IsCurrent: true } known ? known : RunStore.Open(Settings.RunsDirectory, id, needed);
        return id is not null || _selection.MayGoOnWith(store.Record) ? Open(store)
            : throw Ktr.OtherSelection.Error(null, store.Record.Id, store.Record.Selection, _selection);
    }

    /// <summary>Opens the latest run where it can be read, is of the kontrakts that the settings select, and is the wanted one; else null.</summary>
    public OpenRun? Latest(Func<RunRecord, bool> isWanted)
    {
        try
        {
            return RunStore.Find(Settings.RunsDirectory, null, RunStep.Build) is { } store && _selection.MayGoOnWith(store.Record) && isWanted(store.Record) ? Open(store) : null;
        }
        catch (KontraktException e) when (e.Is(Ktr.RunMissing))
        {
            return null;
        }
    }

    /// <summary>Deletes what a run made (the latest for null) and what dead runs of this machine and expired ones left.</summary>
    /// <returns>Whether all that the run made is deleted or being deleted. Why not has been reported.</returns>
    public async Task<bool> DeleteAsync(string? id, CancellationToken cancellationToken)
    {
        var deleted = true;
        var run = FindToDelete(id, ref deleted) is { } store ? Open(store) : null;
        if (run is null && id is not null)
            throw Ktr.RunMissing.Error(null, $"'{id}'", Settings.RunsDirectory, "", RunStep.Apply.Target());
        using var client = run is { HasLeftovers: true } ? await new RunDeletion(run).OpenAsync(cancellationToken) : await _cluster.OpenRunningAsync(cancellationToken);
        if (client is null)
            return deleted; // What was on an engine is gone with it.
        if (run is not null)
            deleted = await run.DeleteAsync(client, cancellationToken);
        try
        {
            await new Reaper(client, Settings, log).ReapAsync(cancellationToken);
            return deleted;
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, client.Connection, "what earlier runs left was looked for")], e);
        }
    }

    /// <summary>The run to delete. A latest record that cannot be read is reported, and does not keep leftovers of other runs from being looked for.</summary>
    private RunStore? FindToDelete(string? id, ref bool readable)
    {
        try
        {
            return RunStore.Find(Settings.RunsDirectory, id, RunStep.Apply);
        }
        catch (KontraktException e) when (id is null)
        {
            foreach (var diagnostic in e.Diagnostics)
                log.Report(new RunEvent.Reported(diagnostic));
            readable = false;
            return null;
        }
    }

    private OpenRun Open(RunStore store)
    {
        var run = new OpenRun(Settings, log, _cluster, store);
        Opened(run);
        return run;
    }
}
