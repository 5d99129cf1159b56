using System.CommandLine;

namespace Kontrakt.Tool.Verbs;

/// <summary>Replaces tokens and image sources in the source files themselves with -i; prints the files changed, or that would change.</summary>
internal sealed class ImageReplaceVerb() : Verb("imagereplace", "Replace tokens and image sources in the source files (-i); print the files concerned")
{
    private readonly Option<string> _run = RunOption();
    private readonly Option<bool> _inPlace = new("--in-place", "-i") { Description = "Write the files; without it, only say which would change" };

    public override IReadOnlyList<Option> Options => [_run, _inPlace];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var run = await RunBeginning.BuiltAsync(context, context.Arguments.GetValue(_run), preflight: false, cancellationToken);
        foreach (var file in await context.Steps.ImageReplaceAsync(run.Id, context.Arguments.GetValue(_inPlace), cancellationToken))
            await context.Output.WriteLineAsync(file);
        return true;
    }
}
