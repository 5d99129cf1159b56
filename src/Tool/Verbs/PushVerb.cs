using System.CommandLine;

namespace Kontrakt.Tool.Verbs;

/// <summary>Pushes the targets' images once every kontrakt has passed; prints their references by digest.</summary>
internal sealed class PushVerb() : Verb("push", "Push the images of the targets of a passed run; print their references")
{
    private readonly Option<string> _run = RunOption();

    public override IReadOnlyList<Option> Options => [_run];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var run = context.Record(context.Arguments.GetValue(_run));
        var pushed = await context.Steps.PushAsync(run.Id, cancellationToken);
        foreach (var reference in context.Record(run.Id).Kontrakts.SelectMany(kontrakt => kontrakt.Pushed).Distinct(StringComparer.Ordinal))
            await context.Output.WriteLineAsync(reference);
        return pushed;
    }
}
