using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;

namespace Kontrakt.Manifests.Sources;

/// <summary>
/// Understands an image:. A path that begins with ./ or ../ is relative to the YAML file, and leads to a project file, to a folder with one project, to a
/// Dockerfile or to a folder with one; a project takes precedence over a Dockerfile beside it. <see cref="ImageSchemes"/> are read by their own rules. All
/// else is a reference.
/// </summary>
/// <param name="root">Where dotnet://Name looks for projects.</param>
public sealed class SourceReader(string root)
{
    /// <summary>In place of what is known only later. A tag, too, is letters and digits.</summary>
    private static readonly ResolveValues Later = new("reference", "localhost/repository", (_, _) => null);

    private readonly ProjectIndex _projects = new(root);

    /// <exception cref="KontraktException">It leads nowhere, is ambiguous, or is not of the form that its scheme has; no registry can have what a container is to run.</exception>
    public ImageSource Read(ImageUse use) => Find(use) with { Location = use.Location };

    /// <exception cref="KontraktException">It leads nowhere, or has settings that are not of what it names.</exception>
    public static ImageSource Read(ImageItem item)
    {
        var place = new SourceLocation(item.Path);
        var source = item.Template is { } use ? FromTemplate(use) : DockerfileSources.Of(item, place) as ImageSource ?? new ImageSource.Project(item.Path);
        return source with { Name = item.Name.Length > 0 ? item.Name : source.Name, Location = source.Location ?? place };
    }

    private ImageSource Find(ImageUse use) => ImageSchemes.Of(use.Text) switch
    {
        ImageSchemes.Dotnet => new ImageSource.Project(_projects.Find(use.Text, use.Text[ImageSchemes.Dotnet.Length..], use.Location)),
        ImageSchemes.Dockerfile => DockerfileSources.Parse(use),
        ImageSchemes.Template => FromTemplate(TemplateReference.Parse(use.Text, use.Directory, use.Location)),
        { } scheme => throw new InvalidOperationException($"nobody reads {scheme}"),
        null when Misspelt(use.Text) is { } misspelt => throw Ktr.InvalidImage.Error(use.Location, use.Text, misspelt),
        null when use.Text is "." or ".." || use.Text.StartsWith("./", StringComparison.Ordinal) || use.Text.StartsWith("../", StringComparison.Ordinal) => FromPath(use),
        null => ToReference(use),
    };

    private static ImageSource.Template FromTemplate(TemplateUse use) => new(use) { Name = use.Name, Location = use.Location };

    private static ImageSource FromPath(ImageUse use)
    {
        var path = Path.GetFullPath(Path.Combine(use.Directory, use.Text));
        if (ExactPath.FindMismatch(use.Directory, use.Text) is { } mismatch)
            throw Ktr.ImagePathMissing.Error(use.Location, use.Text, path, $" (it is called '{mismatch}': upper and lower case count)");
        if (Directory.Exists(path))
            return FromFolder(use, path);
        if (File.Exists(path) && ProjectIndex.IsProject(path))
            return new ImageSource.Project(path);
        return File.Exists(path) && DockerfileSources.IsDockerfile(path)
            ? new ImageSource.Dockerfile(path, Path.GetDirectoryName(path) ?? path)
            : throw Ktr.ImagePathMissing.Error(use.Location, use.Text, path, NearSources.Hint(use.Directory, path));
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
            : throw Ktr.ImagePathMissing.Error(use.Location, use.Text, path, NearSources.Hint(use.Directory, path));
    }

    /// <summary>A reference; what a container is to run, and no registry can have, is an error before anything is built.</summary>
    private static ImageSource.Reference ToReference(ImageUse use)
    {
        if (use.IsOfContainer && !ImageReference.TryParse(ManifestResolver.ResolveTokens(use.Text, Later), out _, out var problem))
            throw Ktr.InvalidImage.Error(use.Location, use.Text, Hint(use.Text) ?? problem);
        if (use.IsOfContainer && use.Scalar.Value.Length != use.Text.Length)
            throw Ktr.InvalidImage.Error(use.Location, use.Text, "there are spaces or line ends around it, which the cluster refuses");
        return new(use.Text);
    }

    /// <summary>What to write in place of a source that is written as another tool, or Windows, has it; null for other texts.</summary>
    private static string? Misspelt(string text) =>
        text.StartsWith('.') && text.Contains('\\') ? $"a path is written with '/': {text.Replace('\\', '/')}"
        : text.StartsWith("ko://", StringComparison.Ordinal) ? $"ko:// builds Go programs, which Kontrakt does not; what it builds is written as a relative path, {ImageSchemes.Forms}"
        : ImageSchemes.IsAlmost(text) ? $"a source is written with two slashes: {ImageSchemes.Forms}"
        : null;

    private static string? Hint(string text) => text switch
    {
        ['/', ..] => $"it is an absolute path, which is written {ImageSchemes.Dockerfile}{text}, or relative to this file",
        _ when text.StartsWith("file:", StringComparison.OrdinalIgnoreCase) => "a path is written without 'file:', relative to this file",
        _ when text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("docker://", StringComparison.OrdinalIgnoreCase) =>
            $"a reference has no scheme; leave out '{text[..(text.IndexOf("//", StringComparison.Ordinal) + 2)]}'",
        _ => null,
    };
}
