using Kontrakt.Runs;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Asks, before anything is built, which cluster it is and whether it grants every right that the run needs.</summary>
[MSBuildMultiThreadableTask]
public sealed class CheckCluster : StepTask
{
    protected override async Task RunStepAsync(KontraktSteps steps, CancellationToken cancellationToken) =>
        await steps.PreflightAsync(RunOrLatest, cancellationToken);
}
