using System.Globalization;
using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Images;
using Kontrakt.Images.Templates;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>KontraktSince: the kontrakts whose manifests, or whose images' inputs, have changed since a git ref. In doubt one has.</summary>
public sealed partial class ChangedKontrakts
{
    private readonly KontraktSettings _settings;
    private readonly IReadOnlyList<ImageItem> _items;
    private readonly GitChanges _changes;
    private readonly Lazy<IReadOnlyCollection<string>> _templates;

    private ChangedKontrakts(KontraktSettings settings, IReadOnlyList<ImageItem> items, GitChanges changes) =>
        (_settings, _items, _changes, _templates) = (settings, items, changes, new(() => TemplateCatalog.Places(settings)));

    /// <summary>Those of the kontrakts that have changed; all of them where KontraktSince is not set. None is not an error: then there is nothing to do.</summary>
    /// <param name="read">As they were selected by filter and shard.</param>
    /// <param name="items">KontraktImage items.</param>
    /// <exception cref="KontraktException">KTR1160 to KTR1162: git cannot say; an image use that cannot be understood.</exception>
    public static IReadOnlyList<KontraktManifests> Choose(IReadOnlyList<KontraktManifests> read, KontraktSettings settings, IReadOnlyList<ImageItem> items, IRunLog log)
    {
        if (settings.Since is not { } since)
            return read;
        var changed = new ChangedKontrakts(settings, items, GitChanges.Since(settings.Directory, since, OwnFiles.Of(settings)));
        var chosen = read.Where(changed.HasChanged).ToList();
        var names = chosen.Count == 0 ? "nothing to do" : string.Join(", ", chosen.Select(kontrakt => kontrakt.Folder.Name));
        log.Report(new RunEvent.Progress(string.Create(CultureInfo.InvariantCulture,
            $"{chosen.Count} of {read.Count} kontrakts have changed since '{since}' ({changed._changes.Base[..12]}): {names}")));
        return chosen;
    }

    private bool HasChanged(KontraktManifests kontrakt)
    {
        var images = InputsOf(kontrakt);
        if (images.MayBeAnything)
            return _changes.Paths.Count > 0;
        return OfManifests(kontrakt.Folder).Concat(images.Paths).Select(RealPath.Of).Distinct(StringComparer.Ordinal).Any(HasChanged);
    }

    /// <summary>
    /// What its images are built from. Of items: those whose source a manifest names, and all of them where one may be the base of another or be named by its
    /// repository.
    /// </summary>
    /// <exception cref="KontraktException">An image use that cannot be understood.</exception>
    private SourceInputs InputsOf(KontraktManifests kontrakt)
    {
        var plan = ImagePlan.NeededBy(kontrakt, null);
        var named = kontrakt.Images.Any(use => use.Text.Contains("${KO_DOCKER_REPO}", StringComparison.Ordinal));
        if (_items.Count > 0 && (named || plan.Builds.Count > 0))
            plan = ImagePlan.Of([kontrakt], _items, _settings);
        var inputs = new SourceInputs(_changes.Root, _templates);
        foreach (var image in plan.Images)
            image.AddInputs(inputs);
        return inputs;
    }

    /// <summary>Of what is not in the repository, git does not know whether it has changed.</summary>
    private bool HasChanged(string input) => !IsIn(_changes.Root, input) || _changes.Paths.Any(changed => IsIn(input, changed) || IsIn(changed, input));

    private static bool IsIn(string folder, string path) =>
        path == folder || (path.StartsWith(folder, StringComparison.Ordinal) && path[folder.Length..].StartsWith(Path.DirectorySeparatorChar));

    /// <summary>The kontrakt's folder; files of it that are elsewhere, by a link; and what its kustomization takes from elsewhere.</summary>
    private static IEnumerable<string> OfManifests(KontraktFolder folder)
    {
        if (folder.Kustomization is null)
            return folder.Files.Prepend(folder.Directory);
        var found = new HashSet<string>(StringComparer.Ordinal) { folder.Directory };
        Follow(folder.Directory, found);
        return found;
    }

    /// <summary>Whatever in a kustomization reads like a path that leaves its folder is one.</summary>
    private static void Follow(string directory, HashSet<string> found)
    {
        foreach (var file in Directory.EnumerateFiles(directory).Where(KontraktDiscovery.IsKustomization))
            foreach (var path in PathsOut().Matches(File.ReadAllText(file)).Select(match => Path.GetFullPath(match.Value, directory)))
                if (found.Add(path) && Directory.Exists(path))
                    Follow(path, found);
    }

    [GeneratedRegex("""\.\./[^\s"',\]}]*""")]
    private static partial Regex PathsOut();
}
