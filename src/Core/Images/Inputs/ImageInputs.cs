using Kontrakt.Diagnostics;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Images.Templates;
using Kontrakt.Images.Templates.Sources;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Images.Inputs;

/// <summary>The files that images are built from.</summary>
/// <param name="Paths">Files and folders, by full path.</param>
/// <param name="MayBeAnything">Any file of the repository may be one: nobody can say without building.</param>
public sealed record ImageInputs(IReadOnlyCollection<string> Paths, bool MayBeAnything)
{
    /// <param name="items">KontraktImage items: those whose source a manifest names, and all of them where one may stand on another or be named by its repository.</param>
    /// <param name="root">The repository.</param>
    /// <exception cref="KontraktException">An image use that cannot be understood.</exception>
    public static ImageInputs Of(KontraktManifests kontrakt, IReadOnlyList<ImageItem> items, KontraktSettings settings, string root)
    {
        var plan = ImageSources.NeededBy(kontrakt, settings.Directory, null);
        var named = kontrakt.Images.Any(use => use.Text.Contains("${KO_DOCKER_REPO}", StringComparison.Ordinal));
        if (items.Count > 0 && (named || plan.Builds.Count > 0))
            plan = ImageSources.Plan([kontrakt], items, settings);
        var projects = new ProjectInputs(root);
        foreach (var project in plan.Projects)
            projects.Add(project.ProjectFile);
        return new([.. projects.Paths, .. plan.Builds.SelectMany(build => Of(build, settings))], projects.MayBeAnything);
    }

    private static IEnumerable<string> Of(Builds.ImageBuild build, KontraktSettings settings) => build switch
    {
        DockerfileBuild dockerfile => [dockerfile.Context, dockerfile.File],
        // A source from git or an image is no file of this repository.
        TemplateBuild template => [.. template.Use.Sources.OfType<TemplateSource.Folder>().Select(folder => folder.Directory), .. TemplatePlaces.Of(settings)],
        // What it is itself stands in the kontrakt.
        DocumentBuild => TemplatePlaces.Of(settings),
        _ => throw new InvalidOperationException($"an unknown build {build}"),
    };
}
