using Kontrakt.Runs;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Makes a namespace for each kontrakt and applies its resolved manifests there.</summary>
[MSBuildMultiThreadableTask]
public sealed class ApplyKontrakts : StepTask
{
    protected override async Task RunStepAsync(KontraktSteps steps, CancellationToken cancellationToken) =>
        Require(await steps.ApplyAsync(RunOrLatest, cancellationToken));
}
