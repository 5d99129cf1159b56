using Kontrakt.Runs;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Waits until all is ready and every test has ended.</summary>
[MSBuildMultiThreadableTask]
public sealed class WaitForKontrakts : StepTask
{
    protected override async Task RunStepAsync(KontraktSteps steps, CancellationToken cancellationToken) =>
        Require(await steps.WaitAsync(RunOrLatest, cancellationToken));
}
