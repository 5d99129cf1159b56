using System.CommandLine;

namespace Kontrakt.Tool.Verbs;

/// <summary>Resolves copies of the manifests; prints their paths, or with "-o -" the YAML itself.</summary>
internal sealed class ResolveVerb() : Verb("resolve", "Replace tokens and image sources in copies of the manifests; print the copies' paths")
{
    private readonly Option<string> _run = RunOption();
    private readonly Option<string> _output = new Option<string>("--output", "-o") { Description = "'-' prints the YAML in place of the paths", HelpName = "-" };

    public override IReadOnlyList<Option> Options => [_run, _output.AcceptOnlyFromAmong("-")];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var run = await RunBeginning.BuiltAsync(context, context.Arguments.GetValue(_run), preflight: false, cancellationToken);
        await context.Steps.ResolveAsync(run.Id, cancellationToken);
        var print = context.Arguments.GetValue(_output) is not null;
        var first = true;
        foreach (var file in context.Record(run.Id).Kontrakts.SelectMany(kontrakt => kontrakt.Files))
        {
            if (file.Resolved is not { } resolved)
                continue;
            if (print && !first)
                await context.Output.WriteLineAsync("---");
            first = false;
            await context.Output.WriteLineAsync(print ? (await File.ReadAllTextAsync(resolved, cancellationToken)).TrimStart('\ufeff').TrimEnd() : resolved);
        }
        return true;
    }
}
