using Kontrakt.Manifests.Sources;

namespace Kontrakt.Tool.Projects;

/// <summary>What a project says about Kontrakt, after MSBuild has read it and its imports.</summary>
/// <param name="File">Its full path.</param>
/// <param name="UsesKontrakt">It imports Kontrakt, or references the package.</param>
/// <param name="Values">The text of each setting, by name; empty: it says nothing.</param>
/// <param name="Images">Its KontraktImage items.</param>
internal sealed record EvaluatedProject(string File, bool UsesKontrakt, IReadOnlyDictionary<string, string?> Values, IReadOnlyList<ImageItem> Images)
{
    /// <summary>The names of those that it says something of.</summary>
    public required IReadOnlySet<string> Given { get; init; }

    public string Directory => Path.GetDirectoryName(File) ?? File;
}
