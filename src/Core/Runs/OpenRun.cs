using System.Collections.Concurrent;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Runs.Applying;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>
/// A run that is open: its record, which is read once, and its steps, a method each, for the tasks and the tool. A step does its part for every kontrakt
/// concurrently and writes the record. What is wrong with the input or the surroundings is thrown as a <see cref="KontraktException"/>;
/// what is wrong with a kontrakt is reported to the log as it arises, and the step returns false.
/// </summary>
public sealed class OpenRun
{
    private readonly ClusterAccess _cluster;
    private readonly ConcurrentDictionary<string, NamespaceSecrets> _secrets = new(StringComparer.Ordinal);

    internal OpenRun(KontraktSettings settings, IRunLog log, ClusterAccess cluster, RunStore store) =>
        (Settings, Log, _cluster, Store) = (settings, log, cluster, store);

    public string Id => Record.Id;

    /// <summary>The record as it is now.</summary>
    public RunRecord Record => Store.Record;

    internal KontraktSettings Settings { get; }

    internal IRunLog Log { get; }

    internal RunStore Store { get; }

    /// <summary>Which cluster, and all rights that the run needs; before anything is built.</summary>
    public async Task PreflightAsync(CancellationToken cancellationToken)
    {
        var began = DateTimeOffset.UtcNow;
        var watched = Record.Watched.Select(kind => GroupVersionKind.From(kind.ApiVersion, kind.Kind));
        Log.Report(new RunEvent.Progress(_cluster.Reason));
        using var client = await _cluster.OpenAsync(cancellationToken);
        await Preflight.CheckAsync(client, Record.Builds.Count > 0 ? Settings : Settings with { BuildNamespace = null }, [.. watched], cancellationToken);
        Store.Update(record => record.Ending(RunStep.Cluster, began));
        Log.Report(new RunEvent.Detail($"cluster '{client.Connection.Name}' at {client.Connection.Server}: reachable, and every right that a run needs is granted"));
    }

    /// <summary>Records what was built of the projects.</summary>
    public void RecordImages(IReadOnlyList<RunImage> images) => Store.Update(record =>
    {
        var recorded = record with { Images = images, AreProjectsBuilt = true };
        // Projects are built by others, from when the step before ended until now.
        return images.Count == 0 ? recorded : recorded.EndingBuild(record.Steps.Select(step => step.Ended).LastOrDefault(record.Started));
    });

    /// <summary>The same, of what an SDK built from outside of MSBuild.</summary>
    public void RecordImages(IReadOnlyList<BuiltImage> images) =>
        RecordImages([.. images.Select(image => RunImage.From(image, RunImage.SdkContainers, image.Began, image.Ended))]);

    /// <summary>Builds in the cluster what is not a project's, and records it beside what exists; says how many were built and how many unchanged.</summary>
    public Task<BuildCount> BuildInClusterAsync(CancellationToken cancellationToken) => new BuildStep(Settings, Log, _cluster, Store).BuildAsync(cancellationToken);

    /// <summary>Replaces tokens and image sources in copies of the manifests.</summary>
    public Task ResolveAsync(CancellationToken cancellationToken) => new ResolveStep(Settings, Log, Store, _cluster).ResolveAsync(cancellationToken);

    /// <summary>Resolves in place in the source files; the files changed. With <paramref name="write"/> false, only what would change.</summary>
    public Task<IReadOnlyList<string>> ReplaceImagesAsync(bool write, CancellationToken cancellationToken) =>
        new ResolveStep(Settings, Log, Store, _cluster).ReplaceAsync(write, cancellationToken);

    /// <summary>Makes the leases and applies; they stay for the next step, in whatever process.</summary>
    public Task<bool> ApplyAsync(CancellationToken cancellationToken) =>
        StepAsync(RunStep.Resolve, kontrakt => kontrakt.State >= RunState.Resolved, (kontrakt, token) => kontrakt.ApplyAsync(token), cancellationToken, (client, token) => EnsurePrerequisitesAsync(client, token));

    /// <summary>What kontrakts need on the cluster exists, and is ready, when this ends.</summary>
    /// <exception cref="KontraktException">Something of it is missing, was refused, or does not become ready.</exception>
    /// <param name="apply">False: nothing runs that needs them. What others put on a cluster must exist all the same.</param>
    internal Task EnsurePrerequisitesAsync(ClusterClient client, CancellationToken cancellationToken, bool apply = true) => Record.Prerequisites.Count == 0 ? Task.CompletedTask
        : new PrerequisiteStep(client, this, _cluster.IsEmbedded).EnsureAsync(apply, [.. Record.Prerequisites.Select(each => Store.Manifests.Resolved(Record, each))], cancellationToken);

    public Task<bool> WaitAsync(CancellationToken cancellationToken) =>
        StepAsync(RunStep.Apply, HasNamespace, (kontrakt, token) => kontrakt.WaitAsync(token), cancellationToken);

    public Task<bool> AssertAsync(CancellationToken cancellationToken) =>
        StepAsync(RunStep.Wait, HasNamespace, (kontrakt, token) => kontrakt.AssertAsync(token), cancellationToken);

    /// <summary>Pushes the images of the targets, when every kontrakt of the run has passed.</summary>
    public Task<bool> PushAsync(CancellationToken cancellationToken) => new PushStep(Settings, Log, Store).PushAsync(cancellationToken);

    /// <summary>Lease, apply, wait, assert, delete for every kontrakt concurrently, then push; after discover, build and resolve.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        using var client = await _cluster.OpenAsync(cancellationToken);
        return await new WholeRun(this, client).RunAsync(cancellationToken);
    }

    /// <summary>
    /// Applies, waits and judges in the namespaces of an earlier run, which stay; nothing is pushed. What this run is not about is taken over as it is, so
    /// that its record is that of all.
    /// </summary>
    /// <param name="before">The run whose namespaces these are; null for the first.</param>
    /// <param name="existing">The kontrakts that exist: what is left of others is deleted.</param>
    public async Task<bool> RunAgainAsync(OpenRun? before, IReadOnlyCollection<string> existing, CancellationToken cancellationToken)
    {
        var own = Record.Kontrakts.Select(kontrakt => kontrakt.Name).ToHashSet(StringComparer.Ordinal);
        // First of all: whatever fails from here on, this run has the namespaces.
        var applied = before?.Record.Kontrakts.ToDictionary(kontrakt => kontrakt.Name, StringComparer.Ordinal) ?? [];
        if (before is not null)
            TakeOver(before, own, existing);
        using var client = await _cluster.OpenAsync(cancellationToken);
        await RecordClusterAsync(client, cancellationToken);
        await EnsurePrerequisitesAsync(client, cancellationToken);
        bool IsGone(RunKontrakt kontrakt) => !own.Contains(kontrakt.Name) && !existing.Contains(kontrakt.Name);
        await EachAsync(client, kontrakt => HasNamespace(kontrakt) && IsGone(kontrakt), DisposingAsync((kontrakt, _) => kontrakt.DeleteAsync()), cancellationToken);
        Store.Update(record => record with { Kontrakts = [.. record.Kontrakts.Where(kontrakt => HasNamespace(kontrakt) || !IsGone(kontrakt))] });
        return await EachAsync(client, kontrakt => own.Contains(kontrakt.Name) && kontrakt.State >= RunState.Resolved, DisposingAsync(async (kontrakt, token) =>
        {
            var earlier = before is not null && applied.TryGetValue(kontrakt.Record.Name, out var known) && known.State >= RunState.Resolved ? before.Store.Manifests.Resolved(before.Record, known) : null;
            var passed = await kontrakt.RunAsync(earlier, token);
            // Of what was applied only in part, nobody could say later what exists.
            if (kontrakt.HasApplied)
                await kontrakt.ExtendAsync(token);
            else
                await kontrakt.DeleteAsync();
            return passed;
        }), cancellationToken);
    }

    private void TakeOver(OpenRun before, HashSet<string> own, IReadOnlyCollection<string> existing)
    {
        foreach (var (name, secrets) in before._secrets)
            _secrets[name] = secrets;
        var taken = before.Record.Kontrakts.Where(kontrakt => own.Contains(kontrakt.Name) || existing.Contains(kontrakt.Name) || HasNamespace(kontrakt)).Select(kontrakt => kontrakt with
        {
            Namespace = kontrakt.Namespace is { Deleted: false } ns ? ns with { Run = ns.Run ?? before.Id } : null,
        }).ToDictionary(kontrakt => kontrakt.Name, StringComparer.Ordinal);
        Store.Update(record => record with
        {
            Kontrakts = [.. record.Kontrakts.Select(kontrakt => kontrakt with { Namespace = taken.GetValueOrDefault(kontrakt.Name)?.Namespace }),
                .. taken.Values.Where(kontrakt => !own.Contains(kontrakt.Name))],
        });
        before.Store.Update(record => record with { Kontrakts = [.. record.Kontrakts.Select(kontrakt => taken.ContainsKey(kontrakt.Name) ? kontrakt with { Namespace = null } : kontrakt)] });
    }

    /// <summary>What the namespace of a kontrakt has held; it stays known to runs that take the namespace over.</summary>
    internal NamespaceSecrets SecretsOf(string kontrakt) => _secrets.GetOrAdd(kontrakt, _ => new());

    /// <summary>Deletes what the run made, and took over.</summary>
    public async Task<bool> DeleteAsync(CancellationToken cancellationToken)
    {
        using var client = await _cluster.OpenAsync(cancellationToken);
        return await DeleteAsync(client, cancellationToken);
    }

    /// <summary>Whether something of it is, or was not seen to go, on its cluster.</summary>
    internal bool HasLeftovers => Record.Kontrakts.Any(HasNamespace);

    /// <summary>Deletes what the run made.</summary>
    /// <returns>Whether all of it is deleted or being deleted. Why not has been reported.</returns>
    internal Task<bool> DeleteAsync(ClusterClient client, CancellationToken cancellationToken) =>
        EachAsync(client, HasNamespace, DisposingAsync((kontrakt, _) => kontrakt.DeleteAsync()), cancellationToken);

    /// <summary>Runs a step for the kontrakts that are ready for it, concurrently; errors of one do not stop the others. The step disposes the kontrakt it is given.</summary>
    internal async Task<bool> EachAsync(ClusterClient client, Func<RunKontrakt, bool> ready, Func<KontraktRun, CancellationToken, Task<bool>> step, CancellationToken cancellationToken)
    {
        var passed = true;
        var names = Record.Kontrakts.Where(ready).Select(kontrakt => kontrakt.Name);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, Settings.Parallelism), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(names, options, async (name, token) =>
        {
            var kontrakt = new KontraktRun(this, client, name);
            if (!await kontrakt.GuardAsync(each => step(kontrakt, each), token))
                Volatile.Write(ref passed, false);
        });
        return Volatile.Read(ref passed);
    }

    /// <summary>Asks the cluster what it is, and records it.</summary>
    /// <returns>Its kind; null where it does not say.</returns>
    internal async Task<string?> RecordClusterAsync(ClusterClient client, CancellationToken cancellationToken)
    {
        var kind = await ClusterKind.AskAsync(client, cancellationToken);
        Store.Update(record => record with { Cluster = OwnCluster.Describe(client, _cluster, kind) });
        return kind;
    }

    private async Task<bool> StepAsync(RunStep needed, Func<RunKontrakt, bool> ready, Func<KontraktRun, CancellationToken, Task<bool>> step, CancellationToken cancellationToken,
        Func<ClusterClient, CancellationToken, Task>? before = null)
    {
        if (!Record.Kontrakts.Any(ready))
            throw Missing(needed);
        using var client = await OpenAsync(cancellationToken);
        if (Record.Cluster is null)
            await RecordClusterAsync(client, cancellationToken);
        if (before is not null)
            await before(client, cancellationToken);
        return await EachAsync(client, ready, DisposingAsync(step), cancellationToken);
    }

    /// <summary>Where the run was applied; before that, the cluster of these settings.</summary>
    /// <exception cref="KontraktException">KTR3046: another one is named, or it was on an engine that has ended.</exception>
    private async Task<ClusterClient> OpenAsync(CancellationToken cancellationToken)
    {
        if (Record.Cluster is not { } was)
            return await _cluster.OpenAsync(cancellationToken);
        var own = await OwnCluster.OpenAsync(this, cancellationToken);
        return own.Client ?? throw Ktr.RunElsewhere.Error(null, Id, was.Name, was.Server,
            own.Other is { } other ? $"{other}. Name its cluster ({OwnCluster.Properties(was)})" : "that embedded engine has ended since, with all that was on it. Begin a new run");
    }

    /// <summary>There is nothing in the run that the step could continue with.</summary>
    internal KontraktException Missing(RunStep needed) => Ktr.RunMissing.Error(null, $"'{Id}' with {needed.Target()} done", Settings.RunsDirectory, "", needed.Target());

    private static Func<KontraktRun, CancellationToken, Task<bool>> DisposingAsync(Func<KontraktRun, CancellationToken, Task<bool>> step) => async (kontrakt, token) =>
    {
        using (kontrakt)
            return await step(kontrakt, token);
    };

    private static bool HasNamespace(RunKontrakt kontrakt) => kontrakt.Namespace is { Deleted: false };
}
