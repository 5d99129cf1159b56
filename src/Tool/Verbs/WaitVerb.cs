using System.CommandLine;

namespace Kontrakt.Tool.Verbs;

/// <summary>Waits until everything applied is ready and every test has ended.</summary>
internal sealed class WaitVerb() : Verb("wait", "Wait until everything is ready and every test has ended")
{
    private readonly Option<string> _run = RunOption();

    public override IReadOnlyList<Option> Options => [_run];

    public override Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken) =>
        context.Steps.WaitAsync(context.Arguments.GetValue(_run), cancellationToken);
}
