using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>
/// The steps of a run, one method each, for the tasks and the tool. Each reads the run record, does its part for every kontrakt concurrently,
/// and writes the record. What is wrong with the input or the surroundings is thrown as a <see cref="KontraktException"/>;
/// what is wrong with a kontrakt is reported to the log as it arises, and the step returns false.
/// </summary>
public sealed class KontraktSteps(KontraktSettings settings, IRunLog log)
{
    private readonly ClusterAccess cluster = new(settings, log);
    private readonly RunManifests manifests = new();

    public KontraktSettings Settings { get; } = settings;

    public IRunLog Log { get; } = log;

    /// <summary>The tag that everything built now gets; begins no run.</summary>
    public string FindSourceReference() => SourceReference.Resolve(Settings, DiscoverStep.Environment());

    /// <summary>Finds and checks kontrakts and begins a run; returns its record and the projects whose images it needs.</summary>
    /// <param name="items">KontraktImage items.</param>
    public Task<DiscoverResult> DiscoverAsync(IReadOnlyList<ImageItem> items, CancellationToken cancellationToken) =>
        DiscoverStep.DiscoverAsync(Settings, Log, cluster, items, manifests, cancellationToken);

    /// <summary>Which cluster, and all rights that the run needs; before anything is built.</summary>
    public async Task PreflightAsync(string? run, CancellationToken cancellationToken)
    {
        var (store, began) = (Open(run, "KontraktDiscover"), DateTimeOffset.UtcNow);
        var watched = store.Record.Watched.Select(kind => GroupVersionKind.From(kind.ApiVersion, kind.Kind));
        Log.Report(new RunEvent.Progress(cluster.Reason));
        using var client = await ConnectAsync(cancellationToken);
        var asked = store.Record.Builds.Count > 0 ? Settings : Settings with { BuildNamespace = null };
        await Preflight.CheckAsync(client, asked, [.. watched], cancellationToken);
        store.Update(record => record.Ending("cluster", began));
        Log.Report(new RunEvent.Detail($"cluster '{client.Connection.Name}' at {client.Connection.Server}: reachable, and every right that a run needs is there"));
    }

    /// <summary>Records what was built of the projects.</summary>
    public void RecordImages(string? run, IReadOnlyList<RunImage> images) =>
        Open(run, "KontraktDiscover").Update(record =>
        {
            var recorded = record with { Images = images, AreProjectsBuilt = true };
            // Projects are built by others, from when the step before ended until now.
            return images.Count == 0 ? recorded : recorded.EndingBuild(record.Steps.Select(step => step.Ended).LastOrDefault(record.Started));
        });

    /// <summary>The same, of what an SDK built from outside of MSBuild.</summary>
    public void RecordImages(string? run, IReadOnlyList<BuiltImage> images) =>
        RecordImages(run, [.. images.Select(image => RunImage.From(image, RunImage.SdkContainers, image.Began, image.Ended))]);

    /// <summary>Builds in the cluster what is no project's, and records it beside what is there; says how many were built and how many unchanged.</summary>
    public Task<BuildCount> BuildInClusterAsync(string? run, CancellationToken cancellationToken) =>
        new BuildStep(Settings, Log, cluster, Open(run, "KontraktDiscover")).BuildAsync(cancellationToken);

    /// <summary>Replaces tokens and image sources in copies of the manifests.</summary>
    public Task ResolveAsync(string? run, CancellationToken cancellationToken) =>
        new ResolveStep(Settings, Log, Open(run, "KontraktBuild"), cluster).ResolveAsync(cancellationToken);

    /// <summary>Resolves in place in the source files; the files changed. With <paramref name="write"/> false, only what would change.</summary>
    public Task<IReadOnlyList<string>> ImageReplaceAsync(string? run, bool write, CancellationToken cancellationToken) =>
        new ResolveStep(Settings, Log, Open(run, "KontraktBuild"), cluster).ReplaceAsync(write, cancellationToken);

    /// <summary>Makes the leases and applies; they stay for the next step, in whatever process.</summary>
    public Task<bool> ApplyAsync(string? run, CancellationToken cancellationToken) =>
        EachAsync(run, "KontraktResolve", kontrakt => kontrakt.State >= RunState.Resolved, (kontrakt, token) => kontrakt.ApplyAsync(token), cancellationToken);

    public Task<bool> WaitAsync(string? run, CancellationToken cancellationToken) =>
        EachAsync(run, "KontraktApply", HasNamespace, (kontrakt, token) => kontrakt.WaitAsync(token), cancellationToken);

    public Task<bool> AssertAsync(string? run, CancellationToken cancellationToken) =>
        EachAsync(run, "KontraktWait", HasNamespace, (kontrakt, token) => kontrakt.AssertAsync(token), cancellationToken);

    /// <summary>Pushes the images of the targets, when every kontrakt of the run has passed.</summary>
    public Task<bool> PushAsync(string? run, CancellationToken cancellationToken) =>
        new PushStep(Settings, Log, Open(run, "KontraktAssert")).PushAsync(cancellationToken);

    /// <summary>Deletes what a run made (the latest for null) and what dead runs of this machine and expired ones left.</summary>
    /// <returns>Whether all that the run made is deleted or being deleted. Why not has been reported.</returns>
    public async Task<bool> DeleteAsync(string? run, CancellationToken cancellationToken)
    {
        using var client = await ConnectAsync(cancellationToken);
        var deleted = true;
        if (FindToDelete(run, ref deleted) is { } store)
            deleted = await KontraktRun.EachAsync(client, Settings, Log, store, kontrakt => kontrakt.Namespace is { Deleted: false },
                async (kontrakt, token) =>
                {
                    using (kontrakt)
                        return await kontrakt.DeleteAsync(token);
                }, cancellationToken);
        else if (run is not null)
            throw Ktr.RunMissing.Error(null, $"'{run}'", Settings.RunsDirectory, "", "KontraktApply");
        try
        {
            await Reaper.ReapAsync(client, Settings, Log, cancellationToken);
            return deleted;
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, client.Connection, "what earlier runs left was looked for")], e);
        }
    }

    /// <summary>The run to delete. A latest record that cannot be read is reported, and does not keep leftovers of other runs from being looked for.</summary>
    private RunStore? FindToDelete(string? run, ref bool readable)
    {
        try
        {
            return RunStore.Find(Settings.RunsDirectory, run, "KontraktApply");
        }
        catch (KontraktException e) when (run is null)
        {
            foreach (var diagnostic in e.Diagnostics)
                Log.Report(new RunEvent.Reported(diagnostic));
            readable = false;
            return null;
        }
    }

    /// <summary>Lease, apply, wait, assert, delete for every kontrakt concurrently, then push; after discover, build and resolve.</summary>
    public async Task<bool> RunAsync(string? run, CancellationToken cancellationToken)
    {
        var store = Open(run, "KontraktResolve");
        using var client = await ConnectAsync(cancellationToken);
        return await new WholeRun(client, Settings, Log, store).RunAsync(cancellationToken);
    }

    private async Task<bool> EachAsync(string? run, string neededStep, Func<RunKontrakt, bool> ready, Func<KontraktRun, CancellationToken, Task<bool>> step,
        CancellationToken cancellationToken)
    {
        var store = Open(run, neededStep);
        if (!store.Record.Kontrakts.Any(ready))
            throw Ktr.RunMissing.Error(null, $"'{store.Record.Id}' with {neededStep} done", Settings.RunsDirectory, "", neededStep);
        using var client = await ConnectAsync(cancellationToken);
        if (store.Record.Cluster is null)
        {
            var kind = await ClusterKind.AskAsync(client, cancellationToken);
            store.Update(record => record with { Cluster = new(client.Connection.Name, client.Connection.Server.ToString()) { Kind = kind } });
        }
        return await KontraktRun.EachAsync(client, Settings, Log, store, ready, async (kontrakt, token) =>
        {
            using (kontrakt)
                return await step(kontrakt, token);
        }, cancellationToken);
    }

    private static bool HasNamespace(RunKontrakt kontrakt) => kontrakt.Namespace is { Deleted: false };

    private RunStore Open(string? run, string neededStep)
    {
        var store = RunStore.Open(Settings.RunsDirectory, run, neededStep);
        store.Manifests = manifests;
        return store;
    }

    private async Task<KubernetesClient> ConnectAsync(CancellationToken cancellationToken) =>
        new(await cluster.ConnectAsync(cancellationToken), new ClientOptions { OnRetry = text => Log.Report(new RunEvent.Detail(text)) });
}

/// <summary>A run that begins, and the projects whose images it needs.</summary>
/// <param name="HostBase">Whether they stand on a base image made from this machine.</param>
/// <param name="Place">The first use in YAML of an image that is to be built; null where none is, or only items ask for it.</param>
public sealed record DiscoverResult(RunRecord Run, IReadOnlyList<ImageSource.Project> Projects, bool HostBase, SourceLocation? Place);
