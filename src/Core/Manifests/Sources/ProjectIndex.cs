using Kontrakt.Diagnostics;
using Kontrakt.Git;

namespace Kontrakt.Manifests.Sources;

/// <summary>Project files by name, looked for once, when first asked: below the given folder, then in the whole git repository that holds it.</summary>
internal sealed class ProjectIndex(string root)
{
    private readonly Lazy<ILookup<string, string>> _near = new(() => Index(root));
    private readonly Lazy<ILookup<string, string>> _far = new(() => Index(GitRoot.Of(root)));

    public static bool IsProject(string path) => Path.GetExtension(path) is ".csproj" or ".fsproj" or ".vbproj";

    /// <summary>The one project of that name.</summary>
    /// <exception cref="KontraktException">None, several, or one whose name differs in case.</exception>
    public string Find(string use, string name, SourceLocation location)
    {
        var alike = (_near.Value.Contains(name) ? _near : _far).Value[name].Order(StringComparer.Ordinal).ToList();
        var found = alike.Where(file => Path.GetFileNameWithoutExtension(file) == name).ToList();
        if (found.Count == 1)
            return found[0];
        var hint = found.Count > 1 ? $": there are several ({Show(found)}); name one by its relative path"
            : alike.Count > 0 ? $" (there is {Show(alike)}: upper and lower case count)"
            : "";
        throw Ktr.ProjectNameUnknown.Error(location, use, hint);
    }

    private string Show(IEnumerable<string> files) => string.Join(", ", files.Select(file => Path.GetRelativePath(root, file).Replace('\\', '/')));

    private static ILookup<string, string> Index(string folder) =>
        SourceFolders.Walk(folder).SelectMany(SourceFolders.Projects).ToLookup(file => Path.GetFileNameWithoutExtension(file), StringComparer.OrdinalIgnoreCase);
}
