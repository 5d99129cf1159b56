using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Images;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Images.Templates;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>KontraktSince: the kontrakts of which an input has changed since a git ref. In doubt one has.</summary>
public sealed class ChangedKontrakts
{
    private readonly KontraktSettings _settings;
    private readonly IReadOnlyList<ImageItem> _items;
    private readonly GitChanges _changes;
    private readonly SourceInputs _none;
    private readonly Lazy<ImagesByName> _images;
    /// <summary>Of each kontrakt that was looked at: images that it may use and that other kontrakts of the run build.</summary>
    private readonly Dictionary<KontraktManifests, IReadOnlyList<ImageSource>> _others = [];
    /// <summary>The texts of all that may be a template: one may name the image that it builds upon.</summary>
    private readonly Lazy<IReadOnlyList<string>> _templates;

    private ChangedKontrakts(KontraktSettings settings, IReadOnlyList<ImageItem> items, GitChanges changes, IReadOnlyList<KontraktManifests> read)
    {
        (_settings, _items, _changes, _none) = (settings, items, changes, new(changes.Root, new(() => TemplateCatalog.Places(settings))));
        _templates = new(() => [.. TemplateCatalog.Places(settings).SelectMany(TemplateCatalog.Files).Distinct(StringComparer.Ordinal).Select(File.ReadAllText)
            .Where(text => text.Contains("BuildTemplate", StringComparison.Ordinal))]);
        _images = new(() => new([.. read.SelectMany(kontrakt => ImagePlan.NeededBy(kontrakt, null).Images)]));
    }

    /// <summary>Those of the kontrakts that have changed; all of them where KontraktSince is not set. None is not an error: then there is nothing to do.</summary>
    /// <param name="read">As they were selected by filter and shard.</param>
    /// <param name="items">KontraktImage items.</param>
    /// <exception cref="KontraktException">KTR1160 to KTR1162: git cannot say; an image use that cannot be understood.</exception>
    public static IReadOnlyList<KontraktManifests> Choose(IReadOnlyList<KontraktManifests> read, KontraktSettings settings, IReadOnlyList<ImageItem> items, IRunLog log)
    {
        if (settings.Since is not { } since)
            return read;
        var changed = new ChangedKontrakts(settings, items, GitChanges.Since(settings.Directory, since, OwnFiles.Of(settings)), read);
        var chosen = changed.WithBuilders((from kontrakt in read let why = changed.Why(kontrakt) where why is not null select (Kontrakt: kontrakt, Why: why)).ToList(), read);
        var names = chosen.Count == 0 ? "nothing to do" : string.Join(", ", chosen.Select(each => each.Kontrakt.Folder.Name));
        log.Report(new RunEvent.Progress(string.Create(CultureInfo.InvariantCulture,
            $"{chosen.Count} of {read.Count} kontrakts have changed since '{since}' ({changed._changes.Base[..12]}): {names}")));
        foreach (var (kontrakt, why) in chosen.Where(each => each.Why.Length > 0))
            log.Report(new RunEvent.Progress($"{kontrakt.Folder.Name} counts as changed: {why}"));
        return [.. chosen.Select(each => each.Kontrakt)];
    }

    /// <summary>Null: it has not changed. Empty: git says that it has. A text: nobody knows, for this reason.</summary>
    /// <exception cref="KontraktException">An image use that cannot be understood.</exception>
    private string? Why(KontraktManifests kontrakt)
    {
        var inputs = _none.OfAnother();
        AddManifests(kontrakt.Folder, inputs);
        AddImages(kontrakt, inputs);
        AddSettings(kontrakt.Folder, inputs);
        var paths = WithLinks(inputs.Paths);
        return paths.Any(HasChanged) ? ""
            : inputs.Elsewhere is { } elsewhere ? elsewhere
            : paths.Find(path => !IsIn(_changes.Root, path)) is { } outside ? $"{outside} is not in the repository"
            : _changes.Paths.Count > 0 ? inputs.Anything : null;
    }

    /// <summary>A run builds what its kontrakts name: those that build an image of one that is selected are selected with it.</summary>
    private List<(KontraktManifests Kontrakt, string Why)> WithBuilders(List<(KontraktManifests Kontrakt, string Why)> chosen, IReadOnlyList<KontraktManifests> read)
    {
        for (var i = 0; i < chosen.Count; i++)
            foreach (var image in _others.GetValueOrDefault(chosen[i].Kontrakt, []))
                if (read.FirstOrDefault(other => ImagePlan.NeededBy(other, null).Images.Any(built => built.Key == image.Key)) is { } builder && chosen.All(each => each.Kontrakt != builder))
                    chosen.Add((builder, $"it builds the image '{image.Name}', which {chosen[i].Kontrakt.Folder.Name} may use"));
        return [.. chosen.OrderBy(each => read.ToList().IndexOf(each.Kontrakt))];
    }

    private bool HasChanged(string input) => _changes.Paths.Any(changed => IsIn(input, changed) || IsIn(changed, input));

    /// <summary>The kontrakt's folder, which has all that a chart is rendered from; files of it that are elsewhere, by a link; and what its kustomization takes from elsewhere.</summary>
    private void AddManifests(KontraktFolder folder, SourceInputs inputs)
    {
        if (folder.RenderedFrom is not { } source)
        {
            inputs.Add(folder.Files.Prepend(folder.Directory));
            return;
        }
        // Where repositories say in which versions the programs are used that render.
        foreach (var above in Upwards(folder.Directory))
            inputs.Add(Path.Combine(above, ".tool-versions"), Path.Combine(above, "mise.toml"), Path.Combine(above, ".mise.toml"));
        if (KontraktDiscovery.IsKustomization(source))
            KustomizationInputs.Add(folder.Directory, inputs);
        else
            inputs.Add(folder.Directory);
    }

    /// <summary>
    /// What its images are built from. Of items: those whose source a manifest names, and all of them where one may be the base of another or be named by its
    /// repository. Of images that other kontrakts of the run build: those that are named so.
    /// </summary>
    private void AddImages(KontraktManifests kontrakt, SourceInputs inputs)
    {
        var plan = ImagePlan.NeededBy(kontrakt, null);
        var named = kontrakt.Files.Any(file => file.Yaml.Text.Contains("${KO_DOCKER_REPO}", StringComparison.Ordinal) || file.Yaml.Text.Contains("${kontrakt.sourceReference}", StringComparison.Ordinal))
            || kontrakt.Images.Any(use => IsBelow(use.Text, _settings.Repository) || IsBelow(use.Text, _settings.PullRepository));
        if (_items.Count > 0 && (named || plan.Builds.Count > 0))
            plan = ImagePlan.Of([kontrakt], _items, _settings);
        if (named || plan.Builds.Count > 0)
        {
            var own = plan;
            var templates = own.Images.Any(image => image is ImageSource.Template or ImageSource.Document) ? _templates.Value : [];
            plan = new([.. _images.Value.With(own.Images, [.. named ? kontrakt.Files.Select(file => file.Yaml.Text) : [], .. templates])]);
            _others[kontrakt] = [.. plan.Images.Where(image => own.Images.All(its => its.Key != image.Key))];
            if (_others[kontrakt].OfType<ImageSource.Document>().FirstOrDefault() is { } document)
                inputs.AddElsewhere($"the image '{document.Name}', which it may use, is made by a Build document of another kontrakt");
        }
        foreach (var image in plan.Images)
            image.AddInputs(inputs);
        foreach (var dockerfile in plan.Images.OfType<ImageSource.Dockerfile>())
            if (RemoteFiles.Find(dockerfile.File) is { } remote)
                inputs.AddElsewhere(remote);
        foreach (var git in KontraktBuilds.Read(kontrakt.Builds, []).SelectMany(build => build.Document.Sources).Select(source => source.Git).OfType<(string Url, string Revision)>())
            inputs.AddGit(git.Url, git.Revision);
    }

    private static bool IsBelow(string image, string? repository) => repository is { Length: > 0 } && image.StartsWith(repository, StringComparison.Ordinal);

    /// <summary>The project that holds the kontrakt, or the folder that the run is of, and the versions of tools: they decide with which settings it runs.</summary>
    private void AddSettings(KontraktFolder folder, SourceInputs inputs)
    {
        foreach (var project in Projects(folder.Directory).Concat(Projects(_settings.Directory)).Append(_settings.Project).OfType<string>().Distinct())
            inputs.AddSettingsOf(project);
        foreach (var above in Upwards(_settings.Directory))
            inputs.Add(Path.Combine(above, ".config/dotnet-tools.json"), Path.Combine(above, "dotnet-tools.json"));
    }

    /// <summary>Those in the nearest folder that has any.</summary>
    private List<string> Projects(string directory) =>
        Upwards(directory).Select(folder => Directory.EnumerateFiles(folder, "*.*proj").ToList()).FirstOrDefault(projects => projects.Count > 0) ?? [];

    private IEnumerable<string> Upwards(string directory)
    {
        for (var folder = RealPath.Of(directory); folder is not null && IsIn(_changes.Root, folder); folder = Path.GetDirectoryName(folder))
            yield return folder;
    }

    /// <summary>Inputs without links on the way, the links themselves, where they are in the repository, and what links in them lead to.</summary>
    private List<string> WithLinks(IEnumerable<string> inputs)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<string>(inputs);
        while (pending.TryDequeue(out var input))
        {
            var steps = RealPath.Trace(input);
            foreach (var step in steps.Where((step, index) => index == steps.Count - 1 || IsIn(_changes.Root, step)).Where(found.Add))
                foreach (var link in _changes.Links.Where(link => IsIn(step, link)))
                    pending.Enqueue(link);
        }
        return [.. found];
    }

    private static bool IsIn(string folder, string path) => StateFolder.Holds(folder, path);
}
