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

    protected override bool HasRun => false;

    protected override Task RunStepAsync(KontraktSteps steps, CancellationToken cancellationToken)
    {
        SourceReference = steps.FindSourceReference();
        return Task.CompletedTask;
    }
}
