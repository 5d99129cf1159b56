using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests.Sources;

/// <summary>Finds Dockerfiles by what YAML and items say.</summary>
internal static partial class DockerfileSources
{
    private static readonly string[] DefaultNames = ["Dockerfile", "Containerfile"];
    private static readonly string[] Keys = ["dockerfile", "platform", "target"];

    /// <summary>The Dockerfile of a folder; null where it has none.</summary>
    public static string? In(string folder) =>
        DefaultNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(file => File.Exists(file) && ExactPath.FindMismatch(folder, Path.GetFileName(file)) is null);

    public static bool IsDockerfile(string path)
    {
        var name = Path.GetFileName(path);
        return DefaultNames.Contains(name) || name.EndsWith(".Dockerfile", StringComparison.OrdinalIgnoreCase)
            || (DefaultNames.Any(each => name.StartsWith(each + ".", StringComparison.Ordinal)) && !name.EndsWith(".dockerignore", StringComparison.Ordinal));
    }

    /// <summary>dockerfile://path[?target=…&amp;platform=…&amp;dockerfile=…]: a Dockerfile, or a folder, which is then the context.</summary>
    /// <exception cref="KontraktException">KTR1012, KTR1018.</exception>
    public static ImageSource.Dockerfile Parse(ImageUse use)
    {
        try
        {
            return Locate(use, SourceText.Parse(use.Text, ImageSchemes.Dockerfile));
        }
        catch (FormatException wrong)
        {
            throw Ktr.InvalidImage.Error(wrong, use.Location, use.Text, wrong.Message);
        }
    }

    private static ImageSource.Dockerfile Locate(ImageUse use, SourceText parts)
    {
        foreach (var value in parts.Values)
            if (!Keys.Contains(value.Key))
                throw new FormatException($"'{value.Key}' says nothing of a Dockerfile; known are {string.Join(", ", Keys)}");
            else if (value.Value.Length == 0)
                throw new FormatException($"'{value.Key}' has no value");
        var (named, target, platform) = (parts.Single("dockerfile"), parts.Single("target"), parts.Single("platform"));
        var path = Path.GetFullPath(Path.Combine(use.Directory, parts.Name));
        if (ExactPath.FindMismatch(use.Directory, parts.Name) is { } mismatch)
            throw Ktr.ImagePathMissing.Error(use.Location, use.Text, path, $" (it is called '{mismatch}': upper and lower case count)");
        if (named is not null && !Directory.Exists(path))
            throw new FormatException($"'dockerfile' names a file in a folder, and '{path}' is not a folder");
        var (file, context) = Locate(path, named) ?? throw Ktr.ImagePathMissing.Error(use.Location, use.Text, named is null ? path : Path.Combine(path, named), named is null ? NearSources.Hint(use.Directory, path, dockerfile: true) : "");
        return new(file, context, target, Platform(platform, why => new FormatException(why)));
    }

    /// <summary>The Dockerfile that an item means; null where it means a project.</summary>
    public static ImageSource.Dockerfile? Of(ImageItem item, SourceLocation location)
    {
        var isProject = ProjectIndex.IsProject(item.Path);
        if (isProject && item is { Dockerfile.Length: 0, Target.Length: 0, Platform.Length: 0, BuildArgs.Count: 0, Labels.Count: 0, Secrets.Count: 0, Cache: false })
            return null;
        if (isProject && item.Dockerfile.Length == 0)
            throw Ktr.InvalidSetting.Error(location, "KontraktImage", item.Path, "Stage, Platform, BuildArgs, Labels, Secrets and Cache are of Dockerfiles; set Dockerfile, too, to build the project by one");
        var path = isProject ? Path.GetDirectoryName(item.Path) ?? item.Path : item.Path;
        var (file, context) = Locate(path, item.Dockerfile.Length == 0 ? null : item.Dockerfile)
            ?? throw Ktr.ImagePathMissing.Error(location, item.Dockerfile.Length == 0 ? item.Path : item.Dockerfile, path, "");
        return new(file, context, item.Target.Length == 0 ? null : item.Target,
            Platform(item.Platform.Length == 0 ? null : item.Platform, why => Ktr.InvalidSetting.Error(location, "Platform", item.Platform, why)))
        {
            BuildArgs = item.BuildArgs,
            Labels = item.Labels,
            Cache = item.Cache,
            Secrets = item.Secrets,
        };
    }

    /// <summary>What the image is called where nobody says: the folder of a Dockerfile, worker of worker.Dockerfile; then the target and the platform.</summary>
    public static string NameOf(ImageSource.Dockerfile source)
    {
        var (name, folder) = (Path.GetFileName(source.File), Path.GetFileName(Path.GetDirectoryName(source.File)) ?? "");
        var first = name.EndsWith(".Dockerfile", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(name)
            : name.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0 ? $"{folder}-{name[(dot + 1)..]}" : folder;
        return string.Join('-', new[] { first, source.Target, source.Platform?.Replace('/', '-') }.OfType<string>());
    }

    private static (string File, string Context)? Locate(string path, string? named)
    {
        if (Directory.Exists(path))
            return (named is null ? In(path) : Path.GetFullPath(Path.Combine(path, named))) is { } file && File.Exists(file) ? (file, Path.TrimEndingDirectorySeparator(path)) : null;
        return File.Exists(path) ? (path, Path.GetDirectoryName(path) ?? path) : null;
    }

    private static string? Platform(string? text, Func<string, Exception> fail) =>
        text is null || PlatformForm().IsMatch(text) ? text : throw fail($"'{text}' is not a platform such as linux/arm64");

    [GeneratedRegex("^[a-z0-9]+/[a-z0-9]+(/[a-z0-9]+)?$")]
    private static partial Regex PlatformForm();
}
