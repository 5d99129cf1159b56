using Kontrakt.Context.Ignoring;
using Kontrakt.Context.Scanning;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Images.Templates.Sources;

/// <summary>
/// Puts a template's sources together in one folder, in the order they are written in: where two have one path, the later one wins.
/// (Knative Build ran several custom sources in the reverse of that order.)
/// </summary>
/// <param name="directory">A folder of this build's own, a full path.</param>
/// <param name="shared">Where fetched repositories and images' folders are kept, a full path.</param>
internal sealed class Workspace(string directory, string shared, KontraktSettings settings, RegistryClient registry, IRunLog log)
{
    private static readonly IgnoreRules AllButGit = new([IgnorePattern.Parse(".git")]);
    private static readonly IgnoreRules Nothing = new([]);

    /// <summary>The folder that holds all sources: the one local folder itself where there is nothing else.</summary>
    /// <exception cref="KontraktException">A source that cannot be read, at its place.</exception>
    public async Task<ComposedWorkspace> ComposeAsync(IReadOnlyList<TemplateSource> sources, CancellationToken cancellationToken)
    {
        if (sources is [TemplateSource.Folder { Target: "" } only])
            return new(only.Directory, path => Path.Combine(only.Directory, path));
        var files = new StagedFiles();
        foreach (var (index, source) in sources.Index())
            foreach (var path in await FindAsync(source, index, cancellationToken))
                files.Add(path);
        var staging = Path.Combine(directory, "workspace");
        files.Write(staging, cancellationToken);
        return new(staging, path => files.Origin(path) ?? Path.Combine(staging, path));
    }

    private async Task<IEnumerable<ScannedPath>> FindAsync(TemplateSource source, int index, CancellationToken cancellationToken)
    {
        var target = RelativePath(source.Target, source.Location);
        var found = source switch
        {
            TemplateSource.Folder folder => Scan(folder.Directory, IgnoreFile.Read(folder.Directory, null, settings.ContextLeaveOutBuilds)),
            TemplateSource.Git git => Scan(Below(await GitFetch.FetchAsync(git, Path.Combine(shared, "git"), log, cancellationToken), git), AllButGit),
            TemplateSource.Image image => Scan(await ImageTemplateFolder.ReadAsync(image, Path.Combine(shared, "images"), registry, log, cancellationToken), Nothing),
            TemplateSource.Text text => Scan(Write(text, Path.Combine(directory, "text", index.ToString(System.Globalization.CultureInfo.InvariantCulture))), Nothing),
            _ => throw new InvalidOperationException($"unknown source {source}"),
        };
        return target.Length == 0 ? found : found.Select(path => path with { Path = $"{target}/{path.Path}" });
    }

    private IReadOnlyList<ScannedPath> Scan(string root, IgnoreRules rules)
    {
        // Fetched things are below the state folder themselves; a local folder must not contain it.
        var (found, special) = ContextScan.Run(new(root, root.StartsWith(settings.RunsDirectory, StringComparison.Ordinal) ? null : settings.RunsDirectory, settings.ContextFollowLinks, rules));
        foreach (var path in special)
            log.Report(new RunEvent.Progress($"'{path}' is a socket, a pipe or a device, and left out"));
        return found;
    }

    private static string Below(string repository, TemplateSource.Git git)
    {
        var folder = Path.Combine(repository, RelativePath(git.SubPath, git.Location));
        return Directory.Exists(folder) ? folder : throw Ktr.GitSourceUnavailable.Error(git.Location, $"{git.Url} {git.Revision}".TrimEnd(), $"it has no folder '{git.SubPath}'");
    }

    private static string Write(TemplateSource.Text text, string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var path = RelativePath(text.Path, text.Location);
        if (path.Length == 0)
            throw Ktr.WorkspacePathInvalid.Error(text.Location, text.Path);
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? folder);
        File.WriteAllBytes(file, text.Content.Span);
        return folder;
    }

    /// <summary>A path inside of the workspace, without '.' and '..'; empty for the workspace itself.</summary>
    private static string RelativePath(string path, SourceLocation? place)
    {
        var names = path.Replace('\\', '/').Split('/').Where(name => name is not ("" or ".")).ToList();
        return path.StartsWith('/') || names.Contains("..") || path.Contains('\0', StringComparison.Ordinal) ? throw Ktr.WorkspacePathInvalid.Error(place, path) : string.Join('/', names);
    }
}

/// <summary>A folder with all of a template's sources.</summary>
/// <param name="Directory">A full path.</param>
/// <param name="Origin">Where the file at a path of the folder is from: the file that a person would fix.</param>
internal sealed record ComposedWorkspace(string Directory, Func<string, string> Origin);
