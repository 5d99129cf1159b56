using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests;

/// <summary>Files that would be applied and should not be: what they demand would be made by the run itself.</summary>
internal static class AssertionNames
{
    public static IEnumerable<Diagnostic> Check(KontraktFolder folder) =>
        folder.Files.Where(IsForeign).Select(file => Named(new(file, 1, 1), file)).Concat(folder.RenderedFrom is { } source && KontraktDiscovery.IsKustomization(source) ? Listed(source) : []);

    /// <summary>Whether a file is named as another tool names its assertions.</summary>
    public static bool IsForeign(string file) => ManifestRoles.Of(file) == ManifestRole.Object && ForeignTests.RightName(file) is not null;

    /// <summary>What a kustomization lists is rendered to objects, whatever its name says.</summary>
    private static IEnumerable<Diagnostic> Listed(string kustomization)
    {
        foreach (var (file, place) in KustomizationResources.Of(kustomization))
            if (ManifestRoles.Of(file) != ManifestRole.Object)
                yield return Ktr.AssertionListed.At(place, Path.GetFileName(file));
            else if (IsForeign(file))
                yield return Named(place, file);
    }

    private static Diagnostic Named(SourceLocation place, string file) => Ktr.AssertionName.At(place, Path.GetFileName(file), ForeignTests.RightName(file));
}
