using System.Collections;
using System.Globalization;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Push;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Rendering;
using Kontrakt.Manifests.Security;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>From folders to a run record: which kontrakts, which images they need, under which tag and where.</summary>
internal static class DiscoverStep
{
    /// <param name="choose">Which of the selected kontrakts the run is about; null: what KontraktSince says.</param>
    public static async Task<DiscoverResult> DiscoverAsync(KontraktSettings settings, IRunLog log, ClusterAccess cluster, IReadOnlyList<ImageItem> items,
        Func<IReadOnlyList<KontraktManifests>, IReadOnlyList<KontraktManifests>>? choose, CancellationToken cancellationToken)
    {
        var began = DateTimeOffset.UtcNow;
        var found = KontraktDiscovery.Discover(settings.Directory, settings.RunsDirectory);
        if (found.Count == 0)
            throw Ktr.NoKontrakt.Error(null, settings.Directory);
        var id = RunId.New(TimeProvider.System);
        var read = await ReadAllAsync(KontraktSelection.Candidates(found, settings), new(settings.Directory), Path.Combine(settings.RunsDirectory, id), cancellationToken);
        var before = await ReadAllAsync(PrerequisiteFolders.Find(settings), new(settings.Directory), Path.Combine(settings.RunsDirectory, id), cancellationToken);
        read = [.. read.Select(kontrakt => kontrakt with { Prerequisites = [.. before, .. kontrakt.Prerequisites] })];
        var selected = KontraktSelection.Choose(read, found, settings);
        if (selected.Count < found.Count)
            log.Report(new RunEvent.Progress(string.Create(CultureInfo.InvariantCulture, $"{selected.Count} of {found.Count} kontrakts are selected{(settings.Shard is { } shard ? $", in shard {shard}" : "")}: {string.Join(", ", selected.Select(kontrakt => kontrakt.Folder.Name))}").TrimEnd(':', ' ')));
        var kontrakts = choose is null ? ChangedKontrakts.Choose(selected, settings, items, log) : choose(selected);
        KontraktException.ThrowIfAny([.. kontrakts.SelectMany(kontrakt => Check(kontrakt, settings))]);
        foreach (var warning in kontrakts.SelectMany(kontrakt => SelectorChecks.Check(kontrakt, settings)))
            log.Report(new RunEvent.Reported(warning));
        // Where nothing has changed, nothing is built.
        items = kontrakts.Count == 0 && (settings.Since is not null || choose is not null) ? [] : items;
        before = [.. kontrakts.SelectMany(kontrakt => kontrakt.Prerequisites).DistinctBy(each => each.Folder.Name)];
        var uses = kontrakts.Concat(before).SelectMany(kontrakt => kontrakt.Images).ToList();
        var plan = ImagePlan.Of([.. kontrakts, .. before], items, settings);
        var builds = plan.Images.Count > 0 ? new Needed(uses.Find(use => use.Source is not ImageSource.Reference)?.Location) : null;
        var repository = builds is not null ? await RepositoryAsync(settings, cluster, builds, cancellationToken)
            : settings.Repository is null && kontrakts.Concat(before).Any(NamesRepository) ? await cluster.RepositoryAsync(cancellationToken) : settings.Repository;
        var reference = FindSourceReference(settings, builds, out var problem);
        CheckTargets(kontrakts, settings, plan, repository, reference);
        var run = new RunRecord
        {
            Id = id,
            Started = DateTimeOffset.UtcNow,
            Directory = settings.Directory,
            SourceReference = reference,
            SourceReferenceProblem = problem,
            Repository = repository,
            PullRepository = settings.PullRepository,
            Selection = RunSelection.Of(settings),
            Builds = plan.Builds,
            Watched = [.. kontrakts.SelectMany(ClusterWatch.KindsOf).Distinct().Select(kind => new RunKind(kind.ApiVersion, kind.Kind))],
            Kontrakts = [.. kontrakts.Select(kontrakt => Begin(kontrakt.Folder))],
            Prerequisites = [.. before.Select(each => Begin(each.Folder))],
            Steps = [new(RunStep.Discover, began, DateTimeOffset.UtcNow)],
        };
        var store = RunStore.Begin(settings.RunsDirectory, run);
        foreach (var kontrakt in kontrakts.Concat(before))
            store.Manifests.Keep(kontrakt);
        return new(new(settings, log, cluster, store), plan.Projects, builds is not null && (settings.HostBaseImage ?? cluster.IsEmbedded), builds?.Place);
    }

    /// <summary>What must hold of a kontrakt by the settings of its run, before anything is built.</summary>
    public static IEnumerable<Diagnostic> Check(KontraktManifests kontrakt, KontraktSettings settings) =>
        [.. PodSecurity.Check(kontrakt, settings.PodSecurity), .. TargetImages.Foreign(kontrakt, settings)];

    /// <summary>What would keep targets from being pushed: said now, and not when all has been built and tested.</summary>
    private static void CheckTargets(IReadOnlyList<KontraktManifests> kontrakts, KontraktSettings settings, ImagePlan plan, string? repository, string? reference)
    {
        if (kontrakts.SelectMany(kontrakt => kontrakt.PodTemplates).FirstOrDefault(template => template.Label == KontraktLabel.Target) is not { } target)
            return;
        PushStep.CheckSettings(settings, repository, target.Containers is [var first, ..] ? target.LocateImage(first.Name) : target.Locate());
        if (settings.PinImages)
            return;
        string?[] repositories = [repository, settings.PullRepository];
        var built = plan.Images.SelectMany(image => repositories.Select(each => $"{each?.TrimEnd('/')}/{image.Name}:{reference}")).ToHashSet(StringComparer.Ordinal);
        var values = new ResolveValues(reference, settings.PullRepository ?? repository, (_, _) => null);
        KontraktException.ThrowIfAny([.. kontrakts.SelectMany(kontrakt => TargetImages.NotBuilt(kontrakt, values, built, repositories))]);
    }

    /// <summary>This process's environment, which may name the commit that CI builds.</summary>
    public static Dictionary<string, string> Environment() => System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "", StringComparer.Ordinal);

    /// <summary>Images are built, because of the use at a place (null: because of an item).</summary>
    private sealed record Needed(SourceLocation? Place);

    /// <summary>A manifest may name the registry where nothing is built for it. (One that does so in a comment only starts an engine a little early.)</summary>
    private static bool NamesRepository(KontraktManifests kontrakt) =>
        kontrakt.Files.Any(file => file.Yaml.Text.Contains("${KO_DOCKER_REPO}", StringComparison.Ordinal));

    /// <summary>Where the images go that are built.</summary>
    private static async Task<string> RepositoryAsync(KontraktSettings settings, ClusterAccess cluster, Needed builds, CancellationToken cancellationToken)
    {
        var repository = await cluster.RepositoryAsync(cancellationToken) ?? throw Ktr.RepositoryMissing.Error(builds.Place);
        PushGuard.Require(repository, PushGuard.Allowed(settings, repository), builds.Place);
        return repository;
    }

    /// <summary>Reads every kontrakt, so that all of their errors are reported at once.</summary>
    private static async Task<IReadOnlyList<KontraktManifests>> ReadAllAsync(IReadOnlyList<KontraktFolder> folders, SourceReader sources, string runFolder, CancellationToken cancellationToken)
    {
        var read = new KontraktManifests?[folders.Count];
        var problems = new IReadOnlyList<Diagnostic>[folders.Count];
        await Parallel.ForAsync(0, folders.Count, cancellationToken, async (index, token) =>
        {
            problems[index] = [];
            try
            {
                read[index] = ManifestReader.Read(await ManifestRenderer.RenderAsync(folders[index], Path.Combine(runFolder, folders[index].Name), token), sources);
            }
            catch (KontraktException e)
            {
                problems[index] = e.Diagnostics;
            }
        });
        KontraktException.ThrowIfAny([.. problems.SelectMany(each => each)]);
        return [.. read.OfType<KontraktManifests>()];
    }

    /// <summary>The tag. Where nothing is built it may stay unknown: only a token that needs it makes that an error, at its place.</summary>
    private static string? FindSourceReference(KontraktSettings settings, Needed? builds, out string? problem)
    {
        problem = null;
        try
        {
            return SourceReference.Resolve(settings, Environment(), builds?.Place);
        }
        catch (KontraktException e) when (builds is null && e.Is(Ktr.SourceReferenceMissing))
        {
            problem = e.Diagnostics[0].Message;
            return null;
        }
    }

    private static RunKontrakt Begin(KontraktFolder folder) => new()
    {
        Name = folder.Name,
        Directory = folder.Directory,
        RenderedFrom = folder.RenderedFrom,
        IsPrerequisite = folder.IsPrerequisite,
        Of = folder.Of,
        Files = [.. folder.Files.Select(file => new RunFile(file, null))],
    };
}

/// <summary>A run that begins, and the projects whose images it needs.</summary>
/// <param name="HostBase">Whether they are built on a base image made from this machine.</param>
/// <param name="Place">The first use in YAML of an image that is to be built; null where none is, or only items ask for it.</param>
public sealed record DiscoverResult(OpenRun Run, IReadOnlyList<ImageSource.Project> Projects, bool HostBase, SourceLocation? Place);
