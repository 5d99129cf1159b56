using Kontrakt.Runs;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Every kontrakt from its namespace to its verdict, then delete, and push when all have passed.</summary>
[MSBuildMultiThreadableTask]
public sealed class RunKontrakts : StepTask
{
    /// <summary>Whether 'dotnet test' asked: it ends with a line of its own.</summary>
    public bool TestSummary { get; set; }

    protected override bool EndsRun => true;

    protected override async Task RunStepAsync(KontraktSteps steps, CancellationToken cancellationToken) =>
        Require(await steps.RunAsync(RunOrLatest, cancellationToken));

    protected override void Summarize(RunRecord record)
    {
        base.Summarize(record);
        if (TestSummary)
            Log.LogMessage(MessageImportance.High, "{0}", Kontrakt.Reports.TestSummary.Of(record).Line(Path.GetFileName(ProjectFile)));
    }
}
