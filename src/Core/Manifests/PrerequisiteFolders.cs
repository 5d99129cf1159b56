using Kontrakt.Diagnostics;
using Kontrakt.Manifests.Rendering;
using Kontrakt.Settings;

namespace Kontrakt.Manifests;

/// <summary>What KontraktPrerequisites names: files, folders with manifests, kustomizations, charts.</summary>
internal static class PrerequisiteFolders
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>Each with a name that no kontrakt has.</summary>
    /// <exception cref="KontraktException">KTR1210: a path that leads to no manifests.</exception>
    public static IReadOnlyList<KontraktFolder> Find(KontraktSettings settings)
    {
        var problems = new List<Diagnostic>();
        var found = settings.Prerequisites.Distinct(StringComparer.Ordinal).Select((path, index) => Read(path, $"prerequisites.{index + 1}", problems)).OfType<KontraktFolder>().ToList();
        KontraktException.ThrowIfAny(problems);
        return found;
    }

    private static KontraktFolder? Read(string path, string name, List<Diagnostic> problems)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        if (File.Exists(path))
            return new(name, Path.GetDirectoryName(path) ?? path, [path], null) { IsPrerequisite = true };
        if (!Directory.Exists(path))
        {
            problems.Add(Ktr.PrerequisiteUnusable.At(null, path, "does not exist"));
            return null;
        }
        var own = Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).ToList();
        var rendered = own.Find(KontraktDiscovery.IsKustomization) ?? own.Find(HelmRenderer.IsChart);
        IReadOnlyList<string> files = rendered is not null ? [] : [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        if (rendered is null && files.Count == 0)
        {
            problems.Add(Ktr.PrerequisiteUnusable.At(null, path, "has no manifests (.yaml, .yml, .json)"));
            return null;
        }
        return new(name, path, files, rendered) { IsPrerequisite = true };
    }
}
