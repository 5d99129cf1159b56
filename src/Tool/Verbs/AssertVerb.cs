using System.CommandLine;
using Kontrakt.Reports;

namespace Kontrakt.Tool.Verbs;

/// <summary>Judges the tests and assertions; writes the reports.</summary>
internal sealed class AssertVerb() : Verb("assert", "Judge the tests and assertions of what was waited for")
{
    private readonly Option<string> _run = RunOption();

    public override bool Reports => true;

    public override IReadOnlyList<Option> Options => [_run];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var run = context.Record(context.Arguments.GetValue(_run));
        var passed = await context.Steps.AssertAsync(run.Id, cancellationToken);
        context.Say(RunSummary.Of(context.Record(run.Id)).ToString());
        return passed;
    }
}
