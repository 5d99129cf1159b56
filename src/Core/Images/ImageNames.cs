using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;

namespace Kontrakt.Images;

/// <summary>Gives each source a repository name of its own.</summary>
/// <param name="unique">False: several may have one.</param>
internal sealed partial class ImageNames(ICollection<Diagnostic> problems, bool unique)
{
    private readonly Dictionary<string, string> _sourceByName = new(StringComparer.Ordinal);

    /// <summary>The repository name of a source that has none yet; null, and a problem, where it cannot have this one.</summary>
    /// <param name="source">For the error of another source that would have the same name.</param>
    /// <param name="name">Any text.</param>
    public string? Give(string source, string name, SourceLocation location)
    {
        var repository = Normalize(name);
        if (repository.Length == 0)
            problems.Add(Ktr.InvalidSetting.At(location, "the image name", name, "no letter or digit is left of it; set Name on the KontraktImage item"));
        else if (!_sourceByName.TryAdd(repository, source) && unique)
            problems.Add(Ktr.ImageNameTwice.At(location, repository, _sourceByName[repository], source));
        else
            return repository;
        return null;
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
