using Kontrakt.Manifests;

namespace Kontrakt.Tool.Verbs;

/// <summary>Prints the tag that everything built now gets, for steps that build and tag images by other means. Begins no run.</summary>
internal sealed class ReferenceVerb() : Verb("reference", "Print the source reference: the tag of everything that is built now")
{
    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await context.Output.WriteLineAsync(SourceReference.Resolve(context.Settings, context.CommitVariables()));
        return true;
    }
}
