using Kontrakt.Runs;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Pushes the images of the targets of a run that passed.</summary>
[MSBuildMultiThreadableTask]
public sealed class PushTargets : StepTask
{
    protected override async Task RunStepAsync(KontraktSteps steps, CancellationToken cancellationToken) =>
        Require(await steps.PushAsync(RunOrLatest, cancellationToken));
}
