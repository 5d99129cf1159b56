using System.Globalization;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Engine.Hosting;

namespace Kontrakt.Tool.Verbs;

/// <summary>The engine itself, in the namespaces that <see cref="EngineLauncher"/> made for it. Prints "ready", or why it cannot be, as its only line.</summary>
internal sealed class EngineServeVerb() : EngineVerb("serve", "Be the embedded engine")
{
    public override bool IsHidden => true;

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var folder = Folder(context);
        var options = new EngineOptions
        {
            Directory = folder.Path,
            Handshake = folder.Handshake,
            Log = folder.Log,
            Version = EngineFolder.Version,
            ProcessId = int.TryParse(Environment.GetEnvironmentVariable("KONTRAKT_ENGINE_PID"), CultureInfo.InvariantCulture, out var pid) ? pid : Environment.ProcessId,
            InsecureRegistries = context.Settings.InsecureRegistries,
        };
        return await EngineHost.RunAsync(options, context.Output.WriteLine, cancellationToken);
    }
}
