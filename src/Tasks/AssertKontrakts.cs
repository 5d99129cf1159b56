using Kontrakt.Runs;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Judges tests and assertions.</summary>
[MSBuildMultiThreadableTask]
public sealed class AssertKontrakts : StepTask
{
    protected override bool EndsRun => true;

    protected override async Task RunStepAsync(KontraktSteps steps, CancellationToken cancellationToken) =>
        Require(await steps.AssertAsync(RunOrLatest, cancellationToken));
}
