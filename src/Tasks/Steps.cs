using Kontrakt.Runs;
using Microsoft.Build.Framework;
using Task = System.Threading.Tasks.Task;

namespace Kontrakt.Tasks;

/// <summary>Says which tag everything built now gets; begins no run.</summary>
[MSBuildMultiThreadableTask]
public sealed class FindSourceReference : StepTask
{
    /// <summary>A valid image tag.</summary>
    [Output]
    public string SourceReference { get; private set; } = "";

    protected override Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken)
    {
        SourceReference = runs.FindSourceReference();
        return Task.CompletedTask;
    }
}

/// <summary>Asks, before anything is built, which cluster it is and whether it grants every right that the run needs.</summary>
[MSBuildMultiThreadableTask]
public sealed class CheckCluster : StepTask
{
    protected override Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken) => Open(runs, RunStep.Discover).PreflightAsync(cancellationToken);
}

/// <summary>Builds what a run needs that is not a project, in pods of the cluster, and records it.</summary>
[MSBuildMultiThreadableTask]
public sealed class BuildInCluster : StepTask
{
    protected override async Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken)
    {
        var (built, unchanged) = await Open(runs, RunStep.Discover).BuildInClusterAsync(cancellationToken);
        Log.LogMessage(MessageImportance.High, "images by Dockerfile: {0} built, {1} unchanged", built, unchanged);
    }
}

/// <summary>Replaces tokens and image sources in copies of the manifests.</summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveKontrakts : StepTask
{
    protected override Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken) => Open(runs, RunStep.Build).ResolveAsync(cancellationToken);
}

/// <summary>Makes a namespace for each kontrakt and applies its resolved manifests there.</summary>
[MSBuildMultiThreadableTask]
public sealed class ApplyKontrakts : StepTask
{
    protected override async Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken) =>
        Require(await Open(runs, RunStep.Resolve).ApplyAsync(cancellationToken));
}

/// <summary>Waits until all is ready and every test has ended.</summary>
[MSBuildMultiThreadableTask]
public sealed class WaitForKontrakts : StepTask
{
    protected override async Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken) =>
        Require(await Open(runs, RunStep.Apply).WaitAsync(cancellationToken));
}

/// <summary>Judges tests and assertions.</summary>
[MSBuildMultiThreadableTask]
public sealed class AssertKontrakts : StepTask
{
    protected override bool EndsRun => true;

    protected override async Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken) =>
        Require(await Open(runs, RunStep.Wait).AssertAsync(cancellationToken));
}

/// <summary>Pushes the images of the targets of a run that passed.</summary>
[MSBuildMultiThreadableTask]
public sealed class PushTargets : StepTask
{
    protected override async Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken) =>
        Require(await Open(runs, RunStep.Assert).PushAsync(cancellationToken));
}

/// <summary>Deletes what a run made, and what dead runs left. What cannot be deleted is a warning: deleting turns no green build red.</summary>
[MSBuildMultiThreadableTask]
public sealed class DeleteKontrakts : StepTask
{
    protected override Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken) => runs.DeleteAsync(Run.Length == 0 ? null : Run, cancellationToken);
}

/// <summary>Every kontrakt from its namespace to its verdict, then delete, and push when all have passed.</summary>
[MSBuildMultiThreadableTask]
public sealed class RunKontrakts : StepTask
{
    /// <summary>Whether 'dotnet test' asked: it ends with a line of its own.</summary>
    public bool TestSummary { get; set; }

    protected override bool EndsRun => true;

    protected override async Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken) =>
        Require(await Open(runs, RunStep.Resolve).RunAsync(cancellationToken));

    protected override void Summarize(RunRecord record)
    {
        base.Summarize(record);
        if (TestSummary)
            Log.LogMessage(MessageImportance.High, "{0}", Kontrakt.Reports.TestSummary.Of(record).Line(Path.GetFileName(ProjectFile)));
    }
}
