using Kontrakt.Diagnostics;
using Kontrakt.Manifests.Rendering;

namespace Kontrakt.Manifests;

/// <summary>
/// Finds kontrakt folders: those whose name contains "kontrakt" in any case and that hold manifests. Manifests in folders below belong to them,
/// except to one that is a kontrakt itself. Of a folder whose name ends with "kontrakts" and that has no manifests itself, each folder in it is one. The root of a repository or solution is not one by its name; JSON that is not a Kubernetes object is not a
/// manifest. Folders named bin, obj or node_modules, and those that begin with a dot, are left out. Links are followed; a kontrakt that is reached twice
/// is one, and what several kontrakts link to belongs to each.
/// </summary>
public static class KontraktDiscovery
{
    private static readonly HashSet<string> KustomizationNames = new(StringComparer.Ordinal) { "kustomization.yaml", "kustomization.yml", "Kustomization" };
    private static readonly HashSet<string> SkippedFolders = new(StringComparer.OrdinalIgnoreCase) { "bin", "obj", "node_modules" };

    /// <summary>All kontrakts below a folder (itself included), by path. Empty when there are none.</summary>
    /// <param name="except">A folder that is not entered, such as the one where runs are recorded; null for none.</param>
    /// <exception cref="KontraktException">Two kontrakts have one name; or a folder cannot be read.</exception>
    public static IReadOnlyList<KontraktFolder> Discover(string directory, string? except = null)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (!Directory.Exists(root))
            throw Ktr.FileUnreadable.Error(null, root, "there is no such folder; KontraktDirectory names where to look for kontrakts");
        var walk = new Walk(except is null ? null : Path.TrimEndingDirectorySeparator(Path.GetFullPath(except)));
        try
        {
            walk.Enter(root, owner: null);
            walk.EnterLinks();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Ktr.FileUnreadable.Error(e, null, root, e.Message);
        }
        var found = walk.Found.Where(found => found.Files.Count > 0 || found.RenderedFrom is not null).OrderBy(found => found.Directory, StringComparer.Ordinal).ToList();
        var names = KontraktNames.For([.. found.Select(found => found.Directory)]);
        return [.. found.Select((found, index) =>
            new KontraktFolder(names[index], found.Directory, [.. found.Files.Order(StringComparer.Ordinal)], found.RenderedFrom))];
    }

    internal static bool IsKustomization(string file) => KustomizationNames.Contains(Path.GetFileName(file));

    private sealed record Candidate(string Directory)
    {
        public List<string> Files { get; } = [];
        public string? RenderedFrom { get; init; }
    }

    private sealed class Walk(string? except)
    {
        private static readonly object Kontrakts = new(), Collections = new(), Nothing = new();

        // By the path with every link followed, and as what: a link may make a kontrakt, or a part of one, of a folder that is neither by its own name.
        private readonly HashSet<(string Real, object As)> _entered = [];
        private readonly Queue<(string Directory, Candidate? Owner, bool IsKontrakt)> _links = new();

        public List<Candidate> Found { get; } = [];

        /// <summary>Links come last, so that a folder is known by its own path where it has one below the root.</summary>
        public void EnterLinks()
        {
            while (_links.TryDequeue(out var link))
            {
                // One that leads to a folder above it leads nowhere new.
                if (!$"{RealPath.Of(Path.GetDirectoryName(link.Directory)!)}/".StartsWith($"{RealPath.Of(link.Directory)}/", StringComparison.Ordinal))
                    Enter(link.Directory, link.Owner, link.IsKontrakt);
            }
        }

        /// <param name="isKontrakt">Whatever its name is: the folder above is a collection of them.</param>
        public void Enter(string directory, Candidate? owner, bool isKontrakt = false)
        {
            if (directory == except)
                return;
            RequireReadable(directory);
            var files = Directory.EnumerateFiles(directory).ToList();
            isKontrakt |= Path.GetFileName(directory).Contains("kontrakt", StringComparison.OrdinalIgnoreCase) && !IsRepository(directory, files);
            var isCollection = isKontrakt && IsCollection(directory, files);
            var real = RealPath.Of(directory);
            if (!_entered.Add((real, isCollection ? Collections : isKontrakt ? Kontrakts : owner ?? Nothing)) || (!isKontrakt && _entered.Contains((real, Kontrakts))))
                return;
            if (isCollection)
                owner = null;
            else if (isKontrakt)
            {
                owner = new(directory) { RenderedFrom = files.Where(IsKustomization).Order(StringComparer.Ordinal).FirstOrDefault() ?? files.Find(HelmRenderer.IsChart) };
                Found.Add(owner);
            }
            // A kustomization says itself which objects belong to it; assertions are not, and it cannot list them. A chart's are its templates.
            owner?.Files.AddRange(files.Where(file => IsManifest(file) && (owner.RenderedFrom is null || IsAssertion(file))));
            var isChart = owner?.Directory == directory && owner.RenderedFrom is { } source && HelmRenderer.IsChart(source);
            foreach (var child in Directory.EnumerateDirectories(directory))
                if (!IsSkipped(Path.GetFileName(child)) && !(isChart && HelmRenderer.IsOfHelm(child)))
                {
                    if (new DirectoryInfo(child).LinkTarget is null)
                        Enter(child, owner, isCollection);
                    else
                        _links.Enqueue((child, owner, isCollection));
                }
        }

        /// <summary>A name that is not UTF-8 is not the name by which the folder can be opened; and what is in it might be missed.</summary>
        private static void RequireReadable(string directory)
        {
            if (Path.GetFileName(directory).Contains('\uFFFD') && !Directory.Exists(directory))
                throw Ktr.FileUnreadable.Error(null, directory, "its name is not UTF-8, so kontrakts in it would not be found; rename it, or name a folder without it (KontraktDirectory)");
        }

        private static bool IsCollection(string directory, List<string> files) =>
            Path.GetFileName(directory).EndsWith("kontrakts", StringComparison.OrdinalIgnoreCase) && !files.Exists(file => IsManifest(file) || IsKustomization(file));

        /// <summary>Also one that is named as another tool has it: left out in silence, nobody would miss what it demands.</summary>
        private static bool IsAssertion(string file) => ManifestRoles.Of(file) != ManifestRole.Object || (ForeignTests.RightName(file) is not null && File.ReadAllText(file).Contains("apiVersion", StringComparison.Ordinal));

        private static bool IsManifest(string file) => !Path.GetFileName(file).StartsWith('.') && Path.GetExtension(file).ToLowerInvariant() switch
        {
            ".yaml" or ".yml" => true,
            ".json" => MentionsAnObject(file),
            _ => false,
        };

        /// <summary>JSON serves many a purpose (global.json, appsettings.json): without either of the keys that every object begins with it is not a manifest.</summary>
        private static bool MentionsAnObject(string file)
        {
            var text = File.ReadAllText(file);
            return text.Contains("\"apiVersion\"", StringComparison.Ordinal) || text.Contains("\"kind\"", StringComparison.Ordinal);
        }

        /// <summary>The root of a repository or of a solution holds kontrakts; it is not one itself, whatever a clone of it is called.</summary>
        private static bool IsRepository(string directory, List<string> files) =>
            Path.Exists(Path.Combine(directory, ".git")) || files.Exists(file => Path.GetExtension(file).ToLowerInvariant() is ".sln" or ".slnx");

        private static bool IsSkipped(string name) => name.StartsWith('.') || SkippedFolders.Contains(name);
    }
}
