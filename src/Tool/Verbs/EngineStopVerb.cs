namespace Kontrakt.Tool.Verbs;

/// <summary>Ends the engine and everything that runs on it. That none runs is no failure.</summary>
internal sealed class EngineStopVerb() : EngineVerb("stop", "End the embedded engine and all that runs on it")
{
    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        context.Say(await Launcher(context).StopAsync(cancellationToken) ? "the embedded engine has ended" : "no embedded engine is running");
        return true;
    }
}
