using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Prints the tag that everything built now gets, for steps that build and tag images by other means. Begins no run.</summary>
internal sealed class ReferenceVerb() : Verb("reference", "Print the source reference: the tag of everything that is built now")
{
    public override IEnumerable<Setting> Settings => Setting.Of(nameof(KontraktSettings.Directory), nameof(KontraktSettings.SourceReference));

    public override IReadOnlyList<string> Examples => ["kontrakt reference", "docker tag web registry.example.com/web:$(kontrakt reference)"];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await context.Output.WriteLineAsync(SourceReference.Resolve(context.Settings, context.CommitVariables()));
        return true;
    }
}
