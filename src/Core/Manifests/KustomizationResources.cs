using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>The files that a kustomization takes objects from, its own and those of the folders that it names. What is wrong with one of them, kustomize says.</summary>
internal static class KustomizationResources
{
    private static readonly string[] Lists = ["resources", "bases", "components"];

    /// <summary>Each file by its full path, with the place that names it.</summary>
    public static IReadOnlyList<(string File, SourceLocation Place)> Of(string kustomization)
    {
        var found = new List<(string, SourceLocation)>();
        Follow(Path.GetFullPath(kustomization), found, new(StringComparer.Ordinal));
        return found;
    }

    private static void Follow(string kustomization, List<(string, SourceLocation)> found, HashSet<string> seen)
    {
        if (!seen.Add(kustomization))
            return;
        foreach (var entry in Entries(kustomization))
        {
            var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(kustomization) ?? "", entry.Value));
            if (Directory.Exists(path))
                foreach (var inner in Directory.EnumerateFiles(path).Where(KontraktDiscovery.IsKustomization))
                    Follow(inner, found, seen);
            else
                found.Add((path, entry.In(kustomization)));
        }
    }

    private static IEnumerable<YamlScalar> Entries(string kustomization)
    {
        try
        {
            return [.. from document in YamlFile.Load(kustomization).Documents
                       from list in Lists
                       from entry in (document.At(list) as YamlSequence)?.Items ?? []
                       where entry is YamlScalar { Value.Length: > 0 }
                       select (YamlScalar)entry];
        }
        catch (Exception fault) when (fault is YamlSyntaxException || ManifestFaults.IsFileFault(fault))
        {
            // Kustomize has read it, or says itself why it cannot.
            return [];
        }
    }
}
