using Kontrakt.Diagnostics;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Images.Templates;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Images;

/// <summary>
/// Turns image uses into sources: a path that begins with ./ or ../ (relative to the YAML file; to a project file, to a folder with one project, to a
/// Dockerfile or to a folder with one; a project goes before a Dockerfile that lies beside it), dotnet://Name (a project of the repository) and
/// dockerfile://path, and template://name?key=value.
/// </summary>
public static class ImageSources
{
    private const string ByName = "dotnet://";

    /// <summary>The source an image use names; null for an ordinary reference.</summary>
    /// <param name="repositoryRoot">Where dotnet://Name looks for projects.</param>
    /// <exception cref="KontraktException">The path leads nowhere, or is ambiguous.</exception>
    public static ImageSource? Find(ImageUse use, string repositoryRoot) => Find(use, new ProjectIndex(repositoryRoot));

    /// <summary>What kontrakts use and items name, each source once, with names that do not collide.</summary>
    /// <exception cref="KontraktException">Every use and item that cannot be understood, and every name that two sources share.</exception>
    public static ImagePlan Plan(IEnumerable<ImageUse> uses, IEnumerable<ImageItem> items, string repositoryRoot) => Plan(uses, items, [], repositoryRoot, null);

    /// <summary>The same of whole kontrakts, whose files may hold Build documents, with everything that is wrong with uses of the templates that the settings name.</summary>
    /// <exception cref="KontraktException">That, and as above.</exception>
    public static ImagePlan Plan(IReadOnlyList<KontraktManifests> kontrakts, IEnumerable<ImageItem> items, KontraktSettings settings) =>
        Plan(kontrakts.SelectMany(kontrakt => kontrakt.Images), items, kontrakts.SelectMany(kontrakt => kontrakt.Folder.Files), settings.Directory, new(settings));

    /// <summary>What one kontrakt names. Two sources may share a name: an item, of which nothing is known here, may give them others.</summary>
    /// <param name="templates">Looks at how templates are used; null: nobody asks.</param>
    /// <exception cref="KontraktException">Every use that cannot be understood.</exception>
    internal static ImagePlan NeededBy(KontraktManifests kontrakt, string repositoryRoot, TemplateChecks? templates) =>
        Plan(new(templates, uniqueNames: false), kontrakt.Images, [], kontrakt.Folder.Files, repositoryRoot);

    private static ImagePlan Plan(IEnumerable<ImageUse> uses, IEnumerable<ImageItem> items, IEnumerable<string> files, string repositoryRoot, TemplateChecks? templates) =>
        Plan(new(templates, uniqueNames: true), uses, items, files, repositoryRoot);

    private static ImagePlan Plan(ImagePlanner planner, IEnumerable<ImageUse> uses, IEnumerable<ImageItem> items, IEnumerable<string> files, string repositoryRoot)
    {
        var index = new ProjectIndex(repositoryRoot);
        foreach (var item in items)
            planner.Add(item);
        foreach (var use in uses)
            planner.Add(use, index);
        planner.AddDocuments(files);
        return planner.Plan();
    }

    internal static ImageSource? Find(ImageUse use, ProjectIndex index)
    {
        var text = use.Text;
        if (text.StartsWith(ByName, StringComparison.OrdinalIgnoreCase))
            return new ImageSource.Project(index.Find(text, text[ByName.Length..], use.Location));
        if (text.StartsWith(DockerfileSources.Scheme, StringComparison.OrdinalIgnoreCase))
            return DockerfileSources.Parse(use);
        if (text.StartsWith(TemplateReference.Scheme, StringComparison.OrdinalIgnoreCase))
            return new ImageSource.Template(TemplateReference.Parse(text, use.Directory, use.Location));
        ThrowIfAlmostASource(use);
        return text is "." or ".." || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal)
            ? FromPath(use)
            : null;
    }

    /// <summary>Texts that can only be meant as a source but are written as another tool, or Windows, would have them.</summary>
    private static void ThrowIfAlmostASource(ImageUse use)
    {
        var text = use.Text;
        if (text.StartsWith(@".\", StringComparison.Ordinal) || text.StartsWith(@"..\", StringComparison.Ordinal) || (text.StartsWith('.') && text.Contains('\\')))
            throw Ktr.InvalidImage.Error(use.Location, text, $"a path is written with '/': {text.Replace('\\', '/')}");
        if (text.StartsWith("ko://", StringComparison.Ordinal))
            throw Ktr.InvalidImage.Error(use.Location, text, "ko:// builds Go programs, which Kontrakt does not; for a .NET project write dotnet://Name or a relative path");
        if (text.StartsWith("dotnet:", StringComparison.OrdinalIgnoreCase) && !text.StartsWith("dotnet:/", StringComparison.OrdinalIgnoreCase))
            return; // "dotnet:10.0" is the image docker.io/library/dotnet with a tag.
        if (text.StartsWith("dotnet:/", StringComparison.OrdinalIgnoreCase) || text.StartsWith("dockerfile:/", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("template:/", StringComparison.OrdinalIgnoreCase))
            throw Ktr.InvalidImage.Error(use.Location, text, "a source is written with two slashes: dotnet://Name, dockerfile://path, template://name");
    }

    private static ImageSource FromPath(ImageUse use)
    {
        var path = Path.GetFullPath(Path.Combine(use.Directory, use.Text));
        if (ExactPath.FindMismatch(use.Directory, use.Text) is { } mismatch)
            throw Ktr.ImagePathMissing.Error(use.Location, use.Text, path, $" (it is called '{mismatch}': upper and lower case count)");
        if (Directory.Exists(path))
            return FromFolder(use, path);
        if (!File.Exists(path))
            throw Ktr.ImagePathMissing.Error(use.Location, use.Text, path, "");
        if (ProjectIndex.IsProject(path))
            return new ImageSource.Project(path);
        return DockerfileSources.IsDockerfile(path)
            ? new ImageSource.Dockerfile(path, Path.GetDirectoryName(path) ?? path)
            : throw Ktr.ImagePathMissing.Error(use.Location, use.Text, path, "");
    }

    private static ImageSource FromFolder(ImageUse use, string path)
    {
        var projects = Directory.EnumerateFiles(path).Where(ProjectIndex.IsProject).Order(StringComparer.Ordinal).ToList();
        if (projects.Count == 1)
            return new ImageSource.Project(projects[0]);
        if (projects.Count > 1)
            throw Ktr.ImagePathAmbiguous.Error(use.Location, use.Text, string.Join(", ", projects.Select(Path.GetFileName)));
        return DockerfileSources.In(path) is { } file
            ? new ImageSource.Dockerfile(file, Path.TrimEndingDirectorySeparator(path))
            : throw Ktr.ImagePathMissing.Error(use.Location, use.Text, path, "");
    }
}
