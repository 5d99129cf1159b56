using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;

namespace Kontrakt.Images;

/// <summary>Gives each project a repository name of its own.</summary>
internal sealed partial class ImageNames(ICollection<Diagnostic> problems)
{
    private readonly Dictionary<string, ImageProject> _byProject = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _projectByName = new(StringComparer.Ordinal);

    public IReadOnlyList<ImageProject> Projects => [.. _byProject.Values.OrderBy(project => project.Name, StringComparer.Ordinal)];

    /// <summary>Adds a project unless it is known. An item's name goes before the file's.</summary>
    public void Add(string projectFile, string name, SourceLocation location)
    {
        if (_byProject.ContainsKey(projectFile))
            return;
        var repository = Normalize(name.Length > 0 ? name : Path.GetFileNameWithoutExtension(projectFile));
        if (repository.Length == 0)
            problems.Add(Ktr.InvalidSetting.At(location, "the image name", name, "no letter or digit is left of it; set Name on the KontraktImage item"));
        else if (_projectByName.TryGetValue(repository, out var other))
            problems.Add(Ktr.ImageNameTwice.At(location, repository, other, projectFile));
        else
            _byProject[projectFile] = new(projectFile, repository);
        _projectByName.TryAdd(repository, projectFile);
    }

    /// <summary>
    /// A repository path that the distribution specification accepts (end-12, "name"): lower case, components of letters and digits with
    /// single separators between them.
    /// </summary>
    internal static string Normalize(string name) =>
        string.Join('/', name.ToLowerInvariant().Split('/')
            .Select(part => Separators().Replace(part, run => IsSeparator(run.Value) ? run.Value : "-").Trim('.', '_', '-'))
            .Where(part => part.Length > 0));

    private static bool IsSeparator(string run) => run is "." or "_" or "__" || run.All(character => character == '-');

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Separators();
}
