using System.Text.Json;

namespace Kontrakt.Tasks;

/// <summary>
/// Whether a project is restored, known without evaluating it (a project evaluated before its restore stays so for the whole build).
/// NuGet leaves obj/(project).nuget.dgspec.json: every project of the closure and where its assets file is. Where there is none in obj/,
/// the project counts as stale: NuGet itself then finds out, at the price of a restore that does nothing.
/// </summary>
internal static class RestoreState
{
    private static readonly string[] Surroundings =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "nuget.config", "NuGet.config", "NuGet.Config", "global.json"];

    /// <param name="stamp">Touched after each restore by this task. Another restore can be for another configuration, with other packages.</param>
    public static bool IsStale(string projectFile, string stamp)
    {
        var graph = Path.Combine(FolderOf(projectFile), "obj", Path.GetFileName(projectFile) + ".nuget.dgspec.json");
        if (!File.Exists(graph))
            return true;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(graph));
            var stamped = File.GetLastWriteTimeUtc(stamp);
            foreach (var project in document.RootElement.GetProperty("projects").EnumerateObject())
            {
                var assets = Path.Combine(project.Value.GetProperty("restore").GetProperty("outputPath").GetString() ?? "", "project.assets.json");
                if (!File.Exists(assets) || !File.Exists(project.Name) || Later(Newest(project.Name), File.GetLastWriteTimeUtc(assets)) > stamped)
                    return true;
            }
            return false;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Not what this NuGet writes, or half of it: restore writes it again.
            return true;
        }
    }

    private static DateTime Newest(string projectFile)
    {
        var newest = File.GetLastWriteTimeUtc(projectFile);
        for (var folder = FolderOf(projectFile); !string.IsNullOrEmpty(folder); folder = FolderOf(folder))
        {
            foreach (var name in Surroundings)
                newest = Later(newest, File.GetLastWriteTimeUtc(Path.Combine(folder, name)));
        }
        return newest;
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(path) ?? "";

    private static DateTime Later(DateTime one, DateTime other) => one > other ? one : other;
}
