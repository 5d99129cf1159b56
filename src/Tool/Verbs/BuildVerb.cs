namespace Kontrakt.Tool.Verbs;

/// <summary>Begins a run and builds its images; prints their references by digest.</summary>
internal sealed class BuildVerb() : Verb("build", "Begin a run: build and push the images that the kontrakts need; print their references")
{
    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var run = await RunBeginning.BuildAsync(context, preflight: false, cancellationToken);
        foreach (var image in run.Record.Images)
            await context.Output.WriteLineAsync($"{image.Name}:{image.Tag}@{image.Digest}");
        return true;
    }
}
