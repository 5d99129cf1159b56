using Kontrakt.Reports;
using Kontrakt.Reports.Documents;
using Kontrakt.Runs;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Every step, and always the deletion (see --keep); prints the references that were pushed.</summary>
internal sealed class RunVerb() : Verb("run", "All steps: build, resolve, apply, wait, assert, push, and always delete")
{
    public override IEnumerable<Setting> Settings => Setting.All;

    public override IReadOnlyList<string> Examples => ["kontrakt run -f samples/Hello", "kontrakt run --context kind-kind --repository localhost:5000/shop --filter tier=smoke --keep failed --html report.html"];

    public override bool Reports => true;

    public override CommandDocument Document => new RunDocument(null, null, null);

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(context, await RunBeginning.BuildAsync(context, preflight: true, cancellationToken), cancellationToken);
        }
        finally
        {
            context.AnswerWith(RunDocument.Of(context.Log));
        }
    }

    /// <summary>What is left of a run that has its images.</summary>
    public static async Task<bool> RunAsync(VerbContext context, OpenRun run, CancellationToken cancellationToken)
    {
        await run.ResolveAsync(cancellationToken);
        var passed = await run.RunAsync(cancellationToken);
        await context.PrintPushedAsync(run);
        context.Say(RunSummary.Of(run.Record).ToString());
        return passed;
    }
}
