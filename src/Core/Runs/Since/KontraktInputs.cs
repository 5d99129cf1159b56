using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Images.Templates;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>The files and folders that each kontrakt of a run is made from: its manifests, what its images are built from, and what its settings come from.</summary>
internal sealed class KontraktInputs
{
    private readonly KontraktSettings _settings;
    private readonly IReadOnlyList<ImageItem> _items;
    private readonly IReadOnlyList<KontraktManifests> _read;
    private readonly SourceInputs _none;
    private readonly Lazy<IReadOnlyList<(KontraktManifests Kontrakt, IReadOnlyList<ImageSource> Images)>> _needed;
    private readonly Lazy<ImagesByName> _images;
    /// <summary>Of each kontrakt that was looked at: images that it may use and that other kontrakts of the run build.</summary>
    private readonly Dictionary<KontraktManifests, IReadOnlyList<ImageSource>> _others = [];
    /// <summary>The texts of all that may be a template: one may name the image that it builds upon.</summary>
    private readonly Lazy<IReadOnlyList<string>> _templates;

    /// <param name="read">All kontrakts of the run.</param>
    /// <param name="items">KontraktImage items.</param>
    /// <param name="root">The repository, a full path without links.</param>
    public KontraktInputs(KontraktSettings settings, IReadOnlyList<ImageItem> items, IReadOnlyList<KontraktManifests> read, string root)
    {
        (_settings, _items, _read, _none) = (settings, items, read, new(root, new(() => TemplateCatalog.Places(settings))));
        _templates = new(() => [.. TemplateCatalog.Places(settings).SelectMany(TemplateCatalog.Files).Distinct(StringComparer.Ordinal).Select(File.ReadAllText)
            .Where(text => text.Contains("BuildTemplate", StringComparison.Ordinal))]);
        _needed = new(() => [.. read.Select(kontrakt => (kontrakt, ImagePlan.NeededBy(kontrakt, null).Images))]);
        _images = new(() => new([.. _needed.Value.SelectMany(each => each.Images)]));
    }

    /// <exception cref="KontraktException">An image use that cannot be understood.</exception>
    public SourceInputs Of(KontraktManifests kontrakt)
    {
        var inputs = _none.OfAnother();
        foreach (var each in kontrakt.Prerequisites.Append(kontrakt))
        {
            AddManifests(each.Folder, inputs);
            AddImages(each, inputs);
        }
        AddSettings(kontrakt.Folder, inputs);
        return inputs;
    }

    /// <summary>A run builds what its kontrakts name: those that build an image of one that is selected are selected with it.</summary>
    /// <param name="chosen">Kontrakts whose inputs have been asked for, each with the reason why it was chosen.</param>
    public List<(KontraktManifests Kontrakt, string Why)> WithBuilders(List<(KontraktManifests Kontrakt, string Why)> chosen)
    {
        for (var i = 0; i < chosen.Count; i++)
            foreach (var image in _others.GetValueOrDefault(chosen[i].Kontrakt, []))
                if (_needed.Value.FirstOrDefault(other => other.Images.Any(built => built.Key == image.Key)).Kontrakt is { } builder && chosen.All(each => each.Kontrakt != builder))
                    chosen.Add((builder, $"it builds the image '{image.Name}', which {chosen[i].Kontrakt.Folder.Name} may use"));
        return [.. _read.SelectMany(kontrakt => chosen.Where(each => each.Kontrakt == kontrakt))];
    }

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
        for (var folder = RealPath.Of(directory); folder is not null && StateFolder.Holds(_none.Root, folder); folder = Path.GetDirectoryName(folder))
            yield return folder;
    }
}
