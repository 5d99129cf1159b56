using Kontrakt.Diagnostics;

namespace Kontrakt.Tool.Projects;

/// <summary>Which project's settings a command takes.</summary>
internal static class ProjectFiles
{
    /// <summary>In place of a project: that of the folder does not count.</summary>
    public const string None = "none";

    /// <summary>The one that is named, else those of the folder, as MSBuild looks for them. An empty list: there is none.</summary>
    /// <param name="named">A file, <see cref="None"/>, or null.</param>
    /// <exception cref="KontraktException">KTR1020: the one that is named does not exist.</exception>
    public static IReadOnlyList<string> For(string? named, string folder)
    {
        if (named is null)
            return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.*proj").Order(StringComparer.Ordinal)] : [];
        if (named == None)
            return [];
        var file = StartFolder.Resolve(named);
        return File.Exists(file) ? [file] : throw Ktr.FileUnreadable.Error(null, file, "the project that --project (KONTRAKT_PROJECT) names does not exist");
    }

    /// <summary>The one among them that uses Kontrakt; null where none does.</summary>
    /// <exception cref="KontraktException">KTR1170: several do.</exception>
    public static EvaluatedProject? Chosen(IEnumerable<EvaluatedProject> projects) => projects.Where(project => project.UsesKontrakt).ToList() switch
    {
        [] => null,
        [var one] => one,
        var several => throw Ktr.ProjectAmbiguous.Error(null, several[0].Directory, string.Join(", ", several.Select(project => Path.GetFileName(project.File))), Path.GetFileName(several[0].File)),
    };
}
