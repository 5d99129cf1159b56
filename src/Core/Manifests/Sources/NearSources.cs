using Kontrakt.Git;
using Kontrakt.Kubernetes.Schema;
using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests.Sources;

/// <summary>Which folder or project somebody may have intended by a path that leads nowhere.</summary>
internal static class NearSources
{
    /// <summary>Enough for a repository; outside of one, a path may begin anywhere.</summary>
    private const int MostFolders = 5000;

    /// <summary>Such as " (did you mean '../src/Api'?)"; "" where nothing resembles it.</summary>
    /// <param name="directory">The folder of the file that names it.</param>
    /// <param name="path">Where it leads.</param>
    /// <param name="dockerfile">Whether only a Dockerfile counts.</param>
    public static string Hint(string directory, string path, bool dockerfile = false)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        var written = Roots(directory, path).Select(root => Nearest(root, name, directory, dockerfile)).FirstOrDefault(near => near is not null);
        return written is null ? "" : $" (did you mean '{(dockerfile ? ImageSchemes.Dockerfile : "")}{written}'?)";
    }

    private static string? Nearest(string root, string name, string directory, bool dockerfile)
    {
        var sources = SourceFolders.Walk(root, MostFolders).SelectMany(folder => In(folder, dockerfile)).ToLookup(source => Path.GetFileName(source), StringComparer.OrdinalIgnoreCase);
        var nearest = sources.Contains(name) ? name : NearestName.Of(name, sources.Select(same => same.Key), most: 3);
        return nearest is null ? null : sources[nearest].Select(source => Written(directory, source)).OrderBy(text => text.Count(character => character == '/')).ThenBy(text => text, StringComparer.Ordinal).First();
    }

    /// <summary>The repository; outside of one, the folder above the manifests, and only then where the path ends to exist, which may be anywhere.</summary>
    private static IEnumerable<string> Roots(string directory, string path)
    {
        if (GitRoot.Find(directory) is { } git)
            return [git];
        var (above, folder) = (Path.GetDirectoryName(directory) ?? directory, Path.GetDirectoryName(path) ?? path);
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder) ?? "/";
        return folder.Length < above.Length ? [above, folder] : [above];
    }

    /// <summary>The folder, where it is a source as a whole, and the projects and the Dockerfile in it.</summary>
    private static IEnumerable<string> In(string folder, bool dockerfile)
    {
        var projects = dockerfile ? [] : SourceFolders.Projects(folder).ToList();
        var file = DockerfileSources.In(folder);
        return [.. projects, .. file is null ? [] : (string[])[file], .. file is not null || projects.Count == 1 ? (string[])[folder] : []];
    }

    private static string Written(string directory, string source)
    {
        var relative = Path.GetRelativePath(directory, source).Replace('\\', '/');
        return relative.StartsWith('.') ? relative : "./" + relative;
    }
}
