using System.CommandLine;

namespace Kontrakt.Tool.Verbs;

/// <summary>Deletes what a run made on the cluster, and what dead or expired runs left there.</summary>
internal sealed class DeleteVerb() : Verb("delete", "Delete the namespaces of a run, and those that dead or expired runs left")
{
    private readonly Option<string> _run = RunOption();

    public override IReadOnlyList<Option> Options => [_run];

    public override Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken) =>
        context.Steps.DeleteAsync(context.Arguments.GetValue(_run), cancellationToken);
}
