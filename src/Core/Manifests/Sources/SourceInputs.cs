using System.Xml;
using System.Xml.Linq;

namespace Kontrakt.Manifests.Sources;

/// <summary>
/// The files that images are built from. Of a project, as its files say it without MSBuild: its folder, the projects it references, what it imports and
/// includes from elsewhere, and the files above it that every project reads. Where a path depends on a property, nobody can say which it is.
/// </summary>
/// <param name="root">The repository: files above projects are looked for up to there.</param>
/// <param name="templates">Where build templates may be.</param>
public sealed class SourceInputs(string root, Lazy<IReadOnlyCollection<string>> templates)
{
    private static readonly string[] AboveProjects =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Build.rsp", "Directory.Packages.props", "Directory.Solution.props", "Directory.Solution.targets",
            "global.json", "nuget.config", "NuGet.config", "NuGet.Config", ".editorconfig", ".globalconfig"];

    /// <summary>Properties that name where the file or its project is, and those that lead to what is made, or to the SDK.</summary>
    private static readonly string[] HereProperties = ["$(MSBuildThisFileDirectory)", "$(MSBuildProjectDirectory)/", "$(MSBuildProjectDirectory)", "$(ProjectDir)"];
    private static readonly string[] OtherProperties =
        ["$(MSBuildExtensionsPath", "$(MSBuildToolsPath", "$(MSBuildBinPath", "$(NuGetPackageRoot", "$(Pkg", "$(OutDir)", "$(OutputPath)", "$(IntermediateOutputPath)", "$(BaseIntermediateOutputPath)",
            "$(BaseOutputPath)", "$(ArtifactsPath)", "$(PublishDir)", "$(CustomBefore", "$(CustomAfter", "$([MSBuild]::GetPathOfFileAbove("];

    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Files and folders, by full path.</summary>
    public IReadOnlyCollection<string> Paths => _paths;

    /// <summary>A path that depends on a property may be anywhere, so any file of the repository may be an input.</summary>
    public bool MayBeAnything { get; private set; }

    public void Add(params IEnumerable<string> paths) => _paths.UnionWith(paths);

    public void AddTemplates() => Add(templates.Value);

    public void AddProject(string projectFile)
    {
        var folder = Path.GetDirectoryName(projectFile) ?? projectFile;
        _paths.Add(folder);
        Read(projectFile);
        for (var above = folder; above is not null; above = above == root ? null : Path.GetDirectoryName(above))
            foreach (var file in AboveProjects.Select(name => Path.Combine(above, name)))
            {
                // Also one that is gone: that is a change as well.
                _paths.Add(file);
                if (File.Exists(file) && Path.GetExtension(file) is ".props" or ".targets")
                    Read(file);
            }
    }

    private void Read(string file)
    {
        if (!_read.Add(file) || !File.Exists(file))
            return;
        try
        {
            var references = from element in XDocument.Load(file).Descendants()
                             from attribute in element.Attributes()
                             where attribute.Name.LocalName is "Include" || (attribute.Name.LocalName == "Project" && element.Name.LocalName == "Import")
                             from text in attribute.Value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                             select text.Replace('\\', '/');
            foreach (var reference in references.ToList())
                Follow(reference, Path.GetDirectoryName(file) ?? file);
        }
        catch (XmlException)
        {
            // The build says what is wrong with it. Until then it is an input that has changed, or one of which nothing is known.
            MayBeAnything = true;
        }
    }

    private void Follow(string reference, string folder)
    {
        foreach (var here in HereProperties)
            reference = reference.Replace(here, folder + "/", StringComparison.OrdinalIgnoreCase);
        if (!reference.Contains('/') || Array.Exists(OtherProperties, property => reference.Contains(property, StringComparison.OrdinalIgnoreCase)))
            return;
        if (reference.Contains("$(", StringComparison.Ordinal) || reference.Contains("@(", StringComparison.Ordinal))
        {
            MayBeAnything = true;
            return;
        }
        var path = Path.GetFullPath(BeforeWildcards(reference), folder);
        if (ProjectIndex.IsProject(path))
            AddProject(path);
        else if (_paths.Add(path) && Path.GetExtension(path) is ".props" or ".targets")
            Read(path);
    }

    /// <summary>The folder that a pattern is below.</summary>
    private static string BeforeWildcards(string reference) => reference.IndexOfAny(['*', '?']) is >= 0 and var wildcard
        ? reference[..(reference.LastIndexOf('/', wildcard) + 1)] : reference;
}
