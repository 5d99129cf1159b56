using Kontrakt.Runs;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Replaces tokens and image sources in copies of the manifests.</summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveKontrakts : StepTask
{
    protected override async Task RunStepAsync(KontraktSteps steps, CancellationToken cancellationToken) =>
        await steps.ResolveAsync(RunOrLatest, cancellationToken);
}
