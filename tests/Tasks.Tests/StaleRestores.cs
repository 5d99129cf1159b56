using Kontrakt.Tests;
using Kontrakt.Tasks;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Tasks.Tests;

/// <summary>Which projects need a restore, told from NuGet's own files.</summary>
[TestClass]
public sealed class StaleRestores
{
    private static readonly DateTime Early = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [TestMethod]
    public void ProjectThatWasNeverRestoredIsStale()
    {
        using var folder = new TempFolder();
        var project = folder.Write("api/Api.csproj", "<Project />");

        Assert.IsNotEmpty(Find(folder, project));
    }

    [TestMethod]
    public void RestoredProjectIsNotStale()
    {
        using var folder = new TempFolder();
        var project = Restored(folder, "api/Api.csproj");

        Assert.IsEmpty(Find(folder, project));
    }

    [TestMethod]
    [DataRow("api/Api.csproj")]
    [DataRow("lib/Lib.csproj")]
    [DataRow("Directory.Packages.props")]
    [DataRow("lib/Directory.Build.props")]
    [DataRow("nuget.config")]
    public void ChangeOfAnythingThatRestoreReadsMakesItStale(string changed)
    {
        using var folder = new TempFolder();
        var project = Restored(folder, "api/Api.csproj", "lib/Lib.csproj");

        folder.Write(changed, "<Project />");

        Assert.IsNotEmpty(Find(folder, project));
    }

    /// <summary>It can have been one for another configuration, with other packages: NuGet finds out.</summary>
    [TestMethod]
    public void ProjectThatAnotherRestoredIsStale()
    {
        using var folder = new TempFolder();
        var project = Restored(folder, "api/Api.csproj", "lib/Lib.csproj");

        File.SetLastWriteTimeUtc(folder.At("lib/obj/project.assets.json"), Early.AddMinutes(3));

        Assert.IsNotEmpty(Find(folder, project));
    }

    [TestMethod]
    public void StampOfALaterRestoreCounts()
    {
        using var folder = new TempFolder();
        var project = Restored(folder, "api/Api.csproj");
        folder.Write("api/Api.csproj", "<Project />");
        var stale = Find(folder, project).Single();

        folder.Write(Path.GetRelativePath(folder.Path, stale.GetMetadata("Stamp")), "");

        Assert.IsEmpty(Find(folder, project));
    }

    [TestMethod]
    public void GraphThatIsNotReadableIsStale()
    {
        using var folder = new TempFolder();
        var project = Restored(folder, "api/Api.csproj");

        folder.Write("api/obj/Api.csproj.nuget.dgspec.json", """{ "projects": [""");

        Assert.IsNotEmpty(Find(folder, project));
    }

    private static ITaskItem[] Find(TempFolder folder, string project)
    {
        var engine = new RecordingEngine();
        var task = new FindStaleRestores
        {
            BuildEngine = engine,
            ProjectFile = folder.At("Web.csproj"),
            Projects = [new TaskItem(project)],
            StampDirectory = "obj/kontrakt/restored",
        };
        Assert.IsTrue(task.Execute(), engine.ToString());
        return task.Stale;
    }

    /// <summary>The first project and what it references, as a restore leaves them: every input older than the assets.</summary>
    private static string Restored(TempFolder folder, params string[] projects)
    {
        var first = RestoredByAnother(folder, projects);
        var stale = Find(folder, first).Single();
        File.SetLastWriteTimeUtc(folder.Write(Path.GetRelativePath(folder.Path, stale.GetMetadata("Stamp")), ""), Early.AddMinutes(2));
        return first;
    }

    private static string RestoredByAnother(TempFolder folder, params string[] projects)
    {
        var closure = projects.Select(project => $$"""
            "{{folder.At(project)}}": { "restore": { "outputPath": "{{Path.GetDirectoryName(folder.At(project))}}/obj/" } }
            """);
        foreach (var project in projects)
        {
            File.SetLastWriteTimeUtc(folder.Write(project, "<Project />"), Early);
            File.SetLastWriteTimeUtc(folder.Write(Path.GetDirectoryName(project) + "/obj/project.assets.json", "{}"), Early.AddMinutes(1));
        }
        folder.Write(Path.GetDirectoryName(projects[0]) + $"/obj/{Path.GetFileName(projects[0])}.nuget.dgspec.json", $$"""{ "projects": { {{string.Join(",", closure)}} } }""");
        return folder.At(projects[0]);
    }
}
