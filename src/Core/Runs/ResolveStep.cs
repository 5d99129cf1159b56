using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Push;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Manifests;
using Kontrakt.Oci.Names;
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
        foreach (var kontrakt in run.Kontrakts)
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
        store.Update(record => record.Ending("resolve", began));
    }

    /// <summary>Resolves in place, with this machine's name of the registry; the files that change. What a kustomization rendered is no source and stays.</summary>
    public async Task<IReadOnlyList<string>> ReplaceAsync(bool write, CancellationToken cancellationToken)
    {
        var values = await ValuesAsync(store.Record.Repository, cancellationToken);
        // Nothing is written unless all can be: a half-replaced source tree helps nobody.
        var changed = await ReplaceAllAsync(values, write: false, cancellationToken);
        return write ? await ReplaceAllAsync(values, write: true, cancellationToken) : changed;
    }

    private async Task<IReadOnlyList<string>> ReplaceAllAsync(ResolveValues values, bool write, CancellationToken cancellationToken)
    {
        var changed = new List<string>();
        var problems = new List<Diagnostic>();
        foreach (var folder in store.Record.Kontrakts.Select(Sources))
        {
            foreach (var file in folder.Files.Where(file => !file.StartsWith(store.Folder, StringComparison.Ordinal)))
            {
                try
                {
                    if (await ManifestResolver.ReplaceAsync(folder, file, write, values, cancellationToken))
                        changed.Add(file);
                }
                catch (KontraktException e)
                {
                    problems.AddRange(e.Diagnostics);
                }
            }
        }
        KontraktException.ThrowIfAny(problems);
        return changed;
    }

    /// <summary>The resolved manifests of a kontrakt, shown in diagnostics as their sources.</summary>
    public static KontraktManifests ReadResolved(RunKontrakt kontrakt)
    {
        var sources = kontrakt.Files.ToDictionary(file => file.Resolved ?? file.Source, file => file.Source);
        return ManifestReader.Read(Folder(kontrakt, sources.Keys), file => sources[file]);
    }

    private static KontraktFolder Sources(RunKontrakt kontrakt) => Folder(kontrakt, kontrakt.Files.Select(file => file.Source));

    private static KontraktFolder Folder(RunKontrakt kontrakt, IEnumerable<string> files) =>
        new(kontrakt.Name, kontrakt.Directory, [.. files], kontrakt.Kustomization);

    private async Task ResolveOneAsync(RunKontrakt kontrakt, ResolveValues values, CancellationToken cancellationToken)
    {
        var folder = Sources(kontrakt);
        var resolved = await ManifestResolver.ResolveAsync(folder, Path.Combine(store.KontraktFolder(kontrakt.Name), "manifests"), values, cancellationToken);
        var next = kontrakt with { State = RunState.Resolved, Files = [.. kontrakt.Files.Select(file => file with { Resolved = resolved[file.Source] })] };
        var targets = TargetImages.Of(ReadResolved(next), store.Record).ToList();
        KontraktException.ThrowIfAny([.. WithoutDigest(targets)]);
        PushStep.Check(settings, store.Record, targets);
        store.Update(kontrakt.Name, _ => next);
    }

    /// <summary>Targets must have a digest (what is pushed is what was tested): said now, before anything runs.</summary>
    private static IEnumerable<Diagnostic> WithoutDigest(IEnumerable<TargetImage> targets)
    {
        foreach (var target in targets)
        {
            if (!ImageReference.TryParse(target.Text, out var image, out var problem))
                yield return Ktr.InvalidImage.At(target.Location, target.Text, problem);
            else if (image.Digest is null)
                yield return Ktr.TargetWithoutDigest.At(target.Location, target.Text, "nothing here builds it");
        }
    }

    private async Task<(string OfPods, string Here)?> HostedAsync(CancellationToken cancellationToken)
    {
        using var client = new KubernetesClient(await cluster.ConnectAsync(cancellationToken), new ClientOptions { OnRetry = text => log.Report(new RunEvent.Detail(text)) });
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
            Built = [.. run.Images.Select(image => new BuiltImage(image.Source, ImageReference.Parse($"{image.Name}:{image.Tag}@{image.Digest}"), image.Reused))],
            RepositoryRoot = run.Directory,
            Repository = run.Repository ?? "",
            PullRepository = repository == run.Repository ? null : repository,
        };
        if (settings.PinImages)
        {
            using var registry = new RegistryClient(RegistryAccess.Options(settings, log));
            var candidates = run.Kontrakts.SelectMany(kontrakt => ManifestReader.Read(Sources(kontrakt)).Images)
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
