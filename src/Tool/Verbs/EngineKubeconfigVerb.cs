using Kontrakt.Diagnostics;

namespace Kontrakt.Tool.Verbs;

/// <summary>Prints a kubeconfig of the engine that runs, starting it where none does.</summary>
internal sealed class EngineKubeconfigVerb() : EngineVerb("kubeconfig", "Print a kubeconfig for the embedded engine; it holds its token")
{
    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await Launcher(context).EnsureAsync(cancellationToken);
        var file = Folder(context).Handshake;
        try
        {
            await context.Output.WriteLineAsync(await File.ReadAllTextAsync(file, cancellationToken));
            return true;
        }
        catch (IOException e)
        {
            throw Ktr.FileUnreadable.Error(e, null, file, e.Message);
        }
    }
}
