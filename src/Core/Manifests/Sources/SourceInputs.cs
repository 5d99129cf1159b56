using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests.Sources;

/// <summary>The files and folders that a kontrakt is made from: manifests, what images are built from, what decides how. In doubt something is one.</summary>
/// <param name="root">The repository.</param>
/// <param name="templates">Where build templates may be.</param>
public sealed class SourceInputs(string root, Lazy<IReadOnlyCollection<string>> templates)
{
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly HashSet<string> _projects = new(StringComparer.Ordinal);
    private Dictionary<string, ProjectInputs> _read = new(StringComparer.Ordinal);

    public string Root => root;

    /// <summary>Files and folders, by full path.</summary>
    public IReadOnlyCollection<string> Paths => _paths;

    /// <summary>Why any file of the repository may be an input; null: none but those above.</summary>
    public string? Anything { get; private set; }

    /// <summary>What is not in the repository, so that nobody can say whether it has changed; null: nothing.</summary>
    public string? Elsewhere { get; private set; }

    /// <summary>Those of another kontrakt, none so far. A project that was read for one of them is not read again.</summary>
    public SourceInputs OfAnother() => new(root, templates) { _read = _read };

    public void Add(params IEnumerable<string> paths) => _paths.UnionWith(paths);

    public void AddTemplates() => Add(templates.Value);

    public void AddAnything(string why) => Anything ??= why;

    public void AddElsewhere(string why) => Elsewhere ??= why;

    /// <summary>A git repository; a commit of it does not change.</summary>
    public void AddGit(string url, string revision)
    {
        if (revision.Length != 40 || !revision.All(char.IsAsciiHexDigit))
            AddElsewhere($"the git repository {WithoutUser(url)} is not this one, and '{revision}' is not a commit's full name");
    }

    /// <summary>The image of a project: what its build may read, and that of the projects that it names.</summary>
    public void AddProject(string projectFile)
    {
        if (!_projects.Add(projectFile))
            return;
        foreach (var project in Names(projectFile).Select(Read))
        {
            Add([.. project.Paths, .. project.Files]);
            Anything ??= project.Doubt;
            foreach (var other in project.Projects)
                AddProject(other);
        }
    }

    /// <summary>What a project says of the run, not what it is built from: its own file and those that it imports.</summary>
    public void AddSettingsOf(string projectFile)
    {
        foreach (var project in Names(projectFile).Select(Read))
        {
            Add(project.Files);
            Anything ??= project.SettingsDoubt;
        }
    }

    private ProjectInputs Read(string file) => _read.TryGetValue(file, out var known) ? known : _read[file] = new(file, root);

    /// <summary>A path as MSBuild has it, which goes up from a link's own place, and without links; both in the repository, however that was reached.</summary>
    private IEnumerable<string> Names(string path)
    {
        for (var above = Path.GetDirectoryName(path); above is not null; above = Path.GetDirectoryName(above))
            if (RealPath.Of(above) == root)
                return new[] { Path.Combine(root, Path.GetRelativePath(above, path)), RealPath.Of(path) }.Distinct();
        return [RealPath.Of(path)];
    }

    private static string WithoutUser(string url) => url[(url.LastIndexOf('@') + 1)..];
}
