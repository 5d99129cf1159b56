namespace Kontrakt.Tool.Verbs;

/// <summary>Starts the engine, or finds the one that runs; prints what kubectl needs to reach it.</summary>
internal sealed class EngineStartVerb() : EngineVerb("start", "Start the embedded engine; print the path of its kubeconfig")
{
    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await Launcher(context).EnsureAsync(cancellationToken);
        await context.Output.WriteLineAsync(Folder(context).Handshake);
        return true;
    }
}
