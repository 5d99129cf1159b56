using Kontrakt.Runs;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Every kontrakt from its namespace to its verdict, then delete, and push when all have passed.</summary>
[MSBuildMultiThreadableTask]
public sealed class RunKontrakts : StepTask
{
    protected override bool EndsRun => true;

    protected override async Task RunStepAsync(KontraktSteps steps, CancellationToken cancellationToken) =>
        Require(await steps.RunAsync(RunOrLatest, cancellationToken));
}
