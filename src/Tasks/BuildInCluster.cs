using Kontrakt.Runs;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Builds what a run needs that is no project, in pods of the cluster, and records it.</summary>
[MSBuildMultiThreadableTask]
public sealed class BuildInCluster : StepTask
{
    protected override async Task RunStepAsync(KontraktSteps steps, CancellationToken cancellationToken)
    {
        var (built, unchanged) = await steps.BuildInClusterAsync(RunOrLatest, cancellationToken);
        Log.LogMessage(MessageImportance.High, "images by Dockerfile: {0} built, {1} unchanged", built, unchanged);
    }
}
