using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests.Sources;

/// <summary>
/// What the build of a project may read, as its files say it without MSBuild: its folder, the files above it that every project reads, and whatever in its
/// XML, or in that of a file that it imports, reads like a path that leads elsewhere, as seen from the project's folder and from the file's.
/// </summary>
internal sealed class ProjectInputs
{
    private static readonly string[] AboveProjects =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Build.rsp", "Directory.Packages.props", "Directory.Solution.props", "Directory.Solution.targets",
            "global.json", "nuget.config", "NuGet.config", "NuGet.Config", ".editorconfig", ".globalconfig", "packages.lock.json"];

    private readonly string _folder;
    private readonly string _root;
    private readonly ProjectXml _xml = new();
    private readonly ProjectProperties _properties;
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _projects = new(StringComparer.Ordinal);
    private readonly string _project;

    public ProjectInputs(string projectFile, string root)
    {
        (_project, _root) = (projectFile, root);
        _folder = Path.GetDirectoryName(projectFile) ?? projectFile;
        _properties = new(projectFile, root, _xml, path => _files.Add(path));
        _paths.Add(_folder);
        Read(projectFile);
        Read(projectFile + ".user");
        for (var above = _folder; above is not null; above = above == root ? null : Path.GetDirectoryName(above))
            foreach (var file in AboveProjects.Select(name => Path.Combine(above, name)))
                // Also one that is gone: that is a change as well.
                if (Path.GetExtension(file) is ".props" or ".targets")
                    Read(file);
                else
                    _files.Add(file);
        // A file that is imported may define what an earlier text needs, and the other way round.
        int known;
        do
        {
            (known, Doubt, SettingsDoubt) = (_xml.Texts.Count, _xml.Broken, _xml.Broken);
            foreach (var text in _xml.Texts.ToList())
                Follow(text);
        }
        while (_xml.Texts.Count > known);
    }

    /// <summary>Its folder, and files and folders elsewhere.</summary>
    public IReadOnlyCollection<string> Paths => _paths;

    /// <summary>What MSBuild reads before it builds anything; also what does not exist, but would be read.</summary>
    public IReadOnlyCollection<string> Files => _files;

    /// <summary>Projects that it names.</summary>
    public IReadOnlyCollection<string> Projects => _projects;

    /// <summary>Why any file of the repository may be read by its build; null: none but those above.</summary>
    public string? Doubt { get; private set; }

    /// <summary>The same of its settings.</summary>
    public string? SettingsDoubt { get; private set; }

    private void Read(string file)
    {
        _files.Add(file);
        _xml.Read(file);
    }

    private void Follow(ProjectText text)
    {
        var expanded = _properties.Expand(text, out var unknown);
        if (unknown is not null)
            BeInDoubt(text, unknown);
        foreach (var piece in expanded.SelectMany(ProjectPiece.Of).Distinct())
        {
            if (piece.LeavesUnknown)
                BeInDoubt(text, piece.Path);
            if (piece.Start.Length > 0)
                foreach (var seenFrom in new[] { _folder, Path.GetDirectoryName(text.File) ?? text.File }.Distinct())
                    Take(text, piece, seenFrom);
        }
    }

    private void BeInDoubt(ProjectText text, string unknown)
    {
        if (text.Kind == ProjectTextKind.Said)
            return;
        var why = $"nobody can say which path '{text.Value.Trim()}' in {Path.GetRelativePath(_root, text.File)} is ({unknown.Replace(ProjectPiece.Unknown, '*')})";
        Doubt ??= why;
        if (text.Kind == ProjectTextKind.Import || unknown.StartsWith("$([", StringComparison.Ordinal))
            SettingsDoubt ??= why;
    }

    private void Take(ProjectText text, ProjectPiece piece, string seenFrom)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(piece.Start, seenFrom));
        if (text.Kind == ProjectTextKind.Import && piece.IsWhole)
            Import(piece, path);
        // Programs of the machine are not files of the repository; nor is /, which texts mean otherwise.
        else if (!IsIn(_root, path) && (!Path.Exists(path) || (piece.IsRooted && (!piece.IsWhole || text.Name == "Command" || path == "/"))))
            return;
        else if (path.EndsWith("proj", StringComparison.OrdinalIgnoreCase) && Path.HasExtension(path))
            _ = path == _project || _projects.Add(path);
        else if (Path.GetExtension(path) is ".props" or ".targets" or ".projitems")
            Read(path);
        // Where the repository is, a property may say; what it is used for is looked at there.
        else if (text.Kind == ProjectTextKind.Property && IsIn(path, _folder) && _xml.Uses(text.Name))
            return;
        // Only imports are relative to the file; but nothing is known about a task.
        else if (piece.LeadsUp || piece.IsRooted || seenFrom == _folder || (piece.Start.AsSpan().ContainsAny('/', '.') && !Directory.Exists(path)))
            Add(path);
    }

    private void Add(string path)
    {
        if (!IsIn(_folder, path))
            _paths.Add(path);
    }

    private void Import(ProjectPiece piece, string path)
    {
        if (!piece.IsCut)
        {
            Read(path);
            return;
        }
        Add(path);
        if (Directory.Exists(path))
            foreach (var file in Directory.EnumerateFiles(path).Where(file => Path.GetExtension(file) is ".props" or ".targets" || file.EndsWith("proj", StringComparison.Ordinal)))
                Read(file);
    }

    private static bool IsIn(string folder, string path) => StateFolder.Holds(folder, path);
}
