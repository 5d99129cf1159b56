using System.CommandLine;

namespace Kontrakt.Tool.Verbs;

/// <summary>Applies each kontrakt in a namespace of its own, which stays for the next steps; prints kontrakt and namespace.</summary>
internal sealed class ApplyVerb() : Verb("apply", "Apply each kontrakt in a namespace of its own (and build and resolve before, where that is not done)")
{
    private readonly Option<string> _run = RunOption();
    private readonly Option<bool> _recursive = new("--recursive", "-R") { Description = "Accepted as kubectl has it; folders are always searched" };

    public override IReadOnlyList<Option> Options => [_run, _recursive];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var run = await RunBeginning.ResolvedAsync(context, context.Arguments.GetValue(_run), preflight: true, cancellationToken);
        var applied = await context.Steps.ApplyAsync(run.Id, cancellationToken);
        foreach (var kontrakt in context.Record(run.Id).Kontrakts)
            if (kontrakt.Namespace is { Deleted: false } lease)
                await context.Output.WriteLineAsync($"{kontrakt.Name}\t{lease.Name}");
        return applied;
    }
}
