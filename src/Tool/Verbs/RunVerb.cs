using Kontrakt.Reports;

namespace Kontrakt.Tool.Verbs;

/// <summary>Every step, and always the deletion (see --keep); prints the references that were pushed.</summary>
internal sealed class RunVerb() : Verb("run", "All steps: build, resolve, apply, wait, assert, push, and always delete")
{
    public override bool Reports => true;

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var id = (await RunBeginning.BuildAsync(context, preflight: true, cancellationToken)).Id;
        await context.Steps.ResolveAsync(id, cancellationToken);
        var passed = await context.Steps.RunAsync(id, cancellationToken);
        var run = context.Record(id);
        foreach (var reference in run.Kontrakts.SelectMany(kontrakt => kontrakt.Pushed).Distinct(StringComparer.Ordinal))
            await context.Output.WriteLineAsync(reference);
        context.Say(RunSummary.Of(run).ToString());
        return passed;
    }
}
