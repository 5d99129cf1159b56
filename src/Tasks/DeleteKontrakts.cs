using Kontrakt.Runs;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Deletes what a run made, and what dead runs left. What cannot be deleted is a warning: deleting turns no green build red.</summary>
[MSBuildMultiThreadableTask]
public sealed class DeleteKontrakts : StepTask
{
    protected override async Task RunStepAsync(KontraktSteps steps, CancellationToken cancellationToken) =>
        await steps.DeleteAsync(RunOrLatest, cancellationToken);
}
