using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Images.Templates;
using Kontrakt.Manifests;

namespace Kontrakt.Images;

/// <summary>Collects what has to be built, each source once, whoever names it. Items come first: a use of the same source then means the item.</summary>
internal sealed class ImagePlanner
{
    private readonly List<Diagnostic> _problems = [];
    private readonly List<ImageProject> _projects = [];
    private readonly List<ImageBuild> _builds = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly ImageNames _names;
    private readonly TemplateChecks? _templates;

    /// <param name="templates">Looks at how templates are used; null: that is found when they are built.</param>
    /// <param name="uniqueNames">Whether two sources must not share a name.</param>
    public ImagePlanner(TemplateChecks? templates, bool uniqueNames) => (_names, _templates) = (new(_problems, uniqueNames), templates);

    /// <exception cref="KontraktException">Every item and use that could not be understood, and every name that two sources would share.</exception>
    public ImagePlan Plan()
    {
        KontraktException.ThrowIfAny(_problems);
        return new([.. _projects.OrderBy(project => project.Name, StringComparer.Ordinal)], [.. _builds.OrderBy(build => build.Name, StringComparer.Ordinal)]);
    }

    public void Add(ImageItem item)
    {
        var location = new SourceLocation(item.Path);
        Guard(() => Add(SourceOf(item, location), item, item.Template?.Location ?? location));
    }

    public void Add(ImageUse use, ProjectIndex index) => Guard(() =>
    {
        if (ImageSources.Find(use, index) is not { } source)
            ImageReferences.Require(use);
        else if (SourceKeys.Find(source, _known) is null)
            Add(source, null, use.Location);
    });

    /// <summary>The Build documents of a kontrakt's files.</summary>
    public void AddDocuments(IEnumerable<string> files)
    {
        foreach (var (document, name) in files.SelectMany(file => KontraktBuilds.Read(file, _problems)))
        {
            var build = DocumentBuild.For(document, name);
            if (!_known.Add(build.Key))
                _problems.Add(Ktr.BuildDocumentInvalid.At(document.Location, $"the build '{document.Name}'", "another one of this file has its name"));
            else if (_names.Give(build.Key, name, document.Location) is { } repository)
                _builds.Add(build with { Name = repository });
            _problems.AddRange(_templates?.Check(document) ?? []);
        }
    }

    private void Add(ImageSource source, ImageItem? item, SourceLocation location)
    {
        if (!_known.Add(source.Key))
            return;
        var name = item is { Name.Length: > 0 } ? item.Name : DefaultName(source);
        if (_names.Give(source.Key, name, location) is not { } repository)
            return;
        if (source is ImageSource.Dockerfile dockerfile)
            _builds.Add(DockerfileBuild.For(dockerfile, item, repository, location));
        else if (source is ImageSource.Template template)
            Add(new TemplateBuild { Key = source.Key, Name = repository, Location = location, Use = template.Use });
        else
            _projects.Add(new(source.Key, repository));
    }

    private void Add(TemplateBuild build)
    {
        _problems.AddRange(_templates?.Check(build.Use) ?? []);
        _builds.Add(build);
    }

    private static ImageSource SourceOf(ImageItem item, SourceLocation location) => item.Template is { } use ? new ImageSource.Template(use)
        : DockerfileSources.Of(item, location) as ImageSource ?? new ImageSource.Project(item.Path);

    private static string DefaultName(ImageSource source) => source switch
    {
        ImageSource.Dockerfile dockerfile => DockerfileSources.NameOf(dockerfile),
        ImageSource.Template { Use: var use } => use.Name.Length > 0 ? use.Name : use.DefaultName,
        _ => Path.GetFileNameWithoutExtension(source.Key),
    };

    private void Guard(Action add)
    {
        try
        {
            add();
        }
        catch (KontraktException error)
        {
            _problems.AddRange(error.Diagnostics);
        }
    }
}
