using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Push;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Manifests;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>From manifests, values and digests to manifests that a cluster can run.</summary>
internal sealed class ResolveStep(KontraktSettings settings, IRunLog log, RunStore store, ClusterAccess cluster)
{
    /// <summary>Resolves copies into the run's folder, with the cluster's name of the registry, and checks that targets have digests.</summary>
    public async Task ResolveAsync(CancellationToken cancellationToken)
    {
        var (run, began) = (store.Record, DateTimeOffset.UtcNow);
        var values = await ValuesAsync(run.PullRepository ?? run.Repository, cancellationToken);
        var problems = new List<Diagnostic>();
        foreach (var kontrakt in run.Prerequisites.Concat(run.Kontrakts))
        {
            try
            {
                await ResolveOneAsync(kontrakt, values, cancellationToken);
            }
            catch (KontraktException e)
            {
                problems.AddRange(e.Diagnostics);
            }
        }
        KontraktException.ThrowIfAny(problems);
        store.Update(record => record.Ending(RunStep.Resolve, began));
    }

    /// <summary>Resolves in place, with this machine's name of the registry; the files that change. What a kustomization rendered is not a source and stays.</summary>
    public async Task<IReadOnlyList<string>> ReplaceAsync(bool write, CancellationToken cancellationToken)
    {
        var values = await ValuesAsync(store.Record.Repository, cancellationToken);
        var changed = new List<ManifestFile>();
        var problems = new List<Diagnostic>();
        foreach (var kontrakt in store.Record.Prerequisites.Concat(store.Record.Kontrakts))
        {
            try
            {
                var source = store.Manifests.Source(store.Record, kontrakt);
                var own = source with { Files = [.. source.Files.Where(file => !file.Path.StartsWith(store.Folder, StringComparison.Ordinal))] };
                changed.AddRange(ManifestResolver.ResolveAll(own, values).Except<ManifestFile>(own.Files, ReferenceEqualityComparer.Instance));
            }
            catch (KontraktException e)
            {
                problems.AddRange(e.Diagnostics);
            }
        }
        // Nothing is written unless all can be: a half-replaced source tree helps nobody.
        KontraktException.ThrowIfAny(problems);
        foreach (var file in write ? changed : [])
            await file.WriteAsync(cancellationToken);
        return [.. changed.Select(file => file.Path)];
    }

    private async Task ResolveOneAsync(RunKontrakt kontrakt, ResolveValues values, CancellationToken cancellationToken)
    {
        var resolved = await ManifestResolver.ResolveAsync(store.Manifests.Source(store.Record, kontrakt), Path.Combine(store.KontraktFolder(kontrakt.Name), "manifests"), values, cancellationToken);
        var next = kontrakt with { State = RunState.Resolved, Files = [.. resolved.Files.Select(file => new RunFile(file.Yaml.Path, file.Path))] };
        PushStep.Check(settings, store.Record, TargetImages.Of(resolved, store.Record.Repository, store.Record.PullRepository));
        store.Manifests.KeepResolved(resolved);
        store.Update(kontrakt.Name, _ => next);
    }

    private async Task<(string OfPods, string Here)?> HostedAsync(CancellationToken cancellationToken)
    {
        using var client = await cluster.OpenAsync(cancellationToken);
        try
        {
            return await BuildNamesLookup.HostedAsync(client, cancellationToken);
        }
        catch (KubernetesException e)
        {
            throw new KontraktException([ClusterFaults.Describe(e, client.Connection, "its own registry was asked for")], e);
        }
    }

    private async Task<ResolveValues> ValuesAsync(string? repository, CancellationToken cancellationToken)
    {
        var run = store.Record;
        var request = new ImageMatchRequest
        {
            Built = [.. run.Images.Select(image => image.ToBuilt())],
            Repository = run.Repository ?? "",
            PullRepository = repository == run.Repository ? null : repository,
        };
        if (settings.PinImages)
        {
            using var registry = new RegistryClient(RegistryAccess.Options(settings, log));
            var candidates = run.Prerequisites.Concat(run.Kontrakts).SelectMany(kontrakt => store.Manifests.Source(run, kontrakt).Images)
                .Select(use => new PinCandidate(use, ManifestResolver.ResolveTokens(use.Text, new(run.SourceReference, repository, (_, _) => null)))).ToList();
            if (candidates.Exists(candidate => ImagePinner.NamesAService(candidate.Text)))
                request = request with { Hosted = await HostedAsync(cancellationToken) };
            request = request with { Pinned = await ImagePinner.PinAsync(candidates, request, registry, cancellationToken) };
            store.Update(record => record with { Pinned = [.. request.Pinned.Select(pin => new RunPin(pin.Key, pin.Value.ToString())).OrderBy(pin => pin.Image, StringComparer.Ordinal)] });
        }
        return new(run.SourceReference, repository, new ImageMatcher(request).Match)
        {
            SourceReferenceProblem = run.SourceReferenceProblem is { } problem ? new(Ktr.SourceReferenceMissing, null, problem) : null,
            RepositoryProblem = Ktr.RepositoryMissing.At(null),
        };
    }
}
