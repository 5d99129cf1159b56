using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Sources;
using Kontrakt.Runs;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = System.Threading.Tasks.Task;

namespace Kontrakt.Tasks;

/// <summary>Finds and checks kontrakts, and begins a run.</summary>
[MSBuildMultiThreadableTask]
public sealed class DiscoverKontrakts : StepTask
{
    /// <summary>KontraktImage items: what to build images of whether or not a manifest names it; see <see cref="ImageItems"/> for the metadata.</summary>
    public ITaskItem[] Images { get; set; } = [];

    /// <summary>Whether finding no kontrakt is an error.</summary>
    public bool ErrorWhenNone { get; set; } = true;

    /// <summary>Whether a filter that matches none is one: that of 'dotnet test' may be for other projects.</summary>
    public bool ErrorWhenNoneMatches { get; set; } = true;

    /// <summary>The run that began; empty when there is no kontrakt.</summary>
    [Output]
    public string RunId { get; private set; } = "";

    /// <summary>The tag of everything that is built.</summary>
    [Output]
    public string SourceReference { get; private set; } = "";

    /// <summary>The projects to build images of, by full path; metadata Registry (host and port) and Repository (path and name) say where each goes.</summary>
    [Output]
    public ITaskItem[] Projects { get; private set; } = [];

    /// <summary>Where images go: KO_DOCKER_REPO, or the embedded engine's registry; empty where none is built.</summary>
    [Output]
    public string Repository { get; private set; } = "";

    /// <summary>Whether they have a base image made from this machine.</summary>
    [Output]
    public bool HostBase { get; private set; }

    /// <summary>Whether there is something to build that is not a project.</summary>
    [Output]
    public bool BuildsInCluster { get; private set; }

    protected override bool BeginsRun => true;

    protected override async Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken)
    {
        if (!ErrorWhenNone && KontraktDiscovery.Discover(runs.Settings.Directory, runs.Settings.RunsDirectory).Count == 0)
        {
            Log.LogMessage(MessageImportance.Normal, "No kontrakt below '{0}'.", runs.Settings.Directory);
            return;
        }
        if (await DiscoverAsync(runs, cancellationToken) is not var (begun, projects, hostBase, _))
            return;
        var run = begun.Record;
        RunId = run.Id;
        SourceReference = run.SourceReference ?? "";
        Repository = run.Repository ?? "";
        HostBase = hostBase;
        BuildsInCluster = run.Builds.Count > 0;
        Projects = [.. projects.Select(project => ToItem(project, run.Repository ?? ""))];
    }

    private async Task<DiscoverResult?> DiscoverAsync(KontraktRuns runs, CancellationToken cancellationToken)
    {
        try
        {
            return await runs.BeginAsync([.. Images.Select(item => ImageItems.Read(item, Absolute(item.ItemSpec), ProjectFile))], cancellationToken);
        }
        catch (KontraktException none) when (!ErrorWhenNoneMatches && KontraktSelection.IsNone(none))
        {
            Log.LogMessage(MessageImportance.High, "{0}: no kontrakt is selected", ProjectFile);
            return null;
        }
    }

    private static TaskItem ToItem(ImageSource.Project project, string repository)
    {
        var parts = $"{repository}/{project.Name}".Split('/', 2);
        return new(project.ProjectFile, new Dictionary<string, string> { ["Registry"] = parts[0], ["Repository"] = parts[1] });
    }
}
