using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Templates;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Rendering;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>What there is to run, without a cluster and without a run.</summary>
/// <param name="Kontrakts">Those that are selected and could be read.</param>
/// <param name="Problems">What is wrong with the others.</param>
public sealed record TestListing(IReadOnlyList<KontraktManifests> Kontrakts, IReadOnlyList<Diagnostic> Problems)
{
    /// <param name="work">A folder of its own below <see cref="KontraktSettings.RunsDirectory"/>, for what is rendered.</param>
    /// <param name="log">Gets which have changed, where that is asked for (KontraktSince); of KontraktImage items nothing is known here.</param>
    /// <exception cref="KontraktException">There is no kontrakt, or none that the filter means; or git cannot say what has changed.</exception>
    public static async Task<TestListing> ReadAsync(KontraktSettings settings, string work, IRunLog log, CancellationToken cancellationToken)
    {
        var folders = KontraktDiscovery.Discover(settings.Directory, settings.RunsDirectory);
        if (folders.Count == 0)
            throw Ktr.NoKontrakt.Error(null, settings.Directory);
        if (folders.Any(folder => folder.RenderedFrom is not null))
            StateFolder.Make(settings.RunsDirectory, settings.Directory);
        var (problems, templates, sources) = (new List<Diagnostic>(), new TemplateChecks(settings), new SourceReader(settings.Directory));
        var read = new List<KontraktManifests>();
        foreach (var folder in KontraktSelection.Candidates(folders, settings))
        {
            try
            {
                var kontrakt = ManifestReader.Read(await ManifestRenderer.RenderAsync(folder, Path.Combine(settings.RunsDirectory, work), cancellationToken), sources);
                // A run would say it before it builds.
                ImagePlan.NeededBy(kontrakt, templates);
                read.Add(kontrakt);
            }
            catch (KontraktException failure)
            {
                problems.AddRange(failure.Diagnostics);
            }
        }
        var chosen = ChangedKontrakts.Choose(Select(read, folders, problems, settings), settings, [], log);
        foreach (var warning in chosen.SelectMany(kontrakt => SelectorChecks.Check(kontrakt, settings)))
            log.Report(new RunEvent.Reported(warning));
        return new(chosen, [.. problems, .. chosen.SelectMany(kontrakt => DiscoverStep.Check(kontrakt, settings))]);
    }

    /// <summary>Where some cannot be read, that is reported, and not that the others are not selected.</summary>
    private static IReadOnlyList<KontraktManifests> Select(List<KontraktManifests> read, IReadOnlyList<KontraktFolder> folders, List<Diagnostic> problems, KontraktSettings settings)
    {
        try
        {
            return KontraktSelection.Choose(read, folders, settings);
        }
        catch (KontraktException none) when (problems.Count > 0 && KontraktSelection.IsNone(none))
        {
            return [];
        }
    }
}
