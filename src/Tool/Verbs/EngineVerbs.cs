using System.Globalization;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Reports.Documents;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>A verb about the embedded engine.</summary>
internal abstract class EngineVerb(string name, string description) : Verb(name, description)
{
    public override IEnumerable<Setting> Settings => Setting.Of(nameof(KontraktSettings.EngineDirectory), nameof(KontraktSettings.RegistryMirrors));

    public override (string Name, string Description)? Group => ("engine", "The embedded engine, which runs kontrakts on this machine where no cluster is named");

    protected static EngineFolder Folder(VerbContext context) => EngineFolder.Find(context.Settings.EngineDirectory);

    protected static EngineLauncher Launcher(VerbContext context) => new(Folder(context), context.Settings.EngineProgram, context.Log);
}

/// <summary>Starts the engine, or finds the one that runs; prints what kubectl needs to reach it.</summary>
internal sealed class EngineStartVerb() : EngineVerb("start", "Start the embedded engine; print the path of its kubeconfig")
{
    public override IReadOnlyList<string> Examples => ["export KUBECONFIG=$(kontrakt engine start)", "kubectl --kubeconfig $(kontrakt engine start) get pods -A"];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await Launcher(context).EnsureAsync(cancellationToken);
        await context.Output.WriteLineAsync(Folder(context).Handshake);
        return true;
    }
}

/// <summary>Prints what runs and where, a name and a value to a line, a tab between; fails where no engine runs.</summary>
internal sealed class EngineStatusVerb() : EngineVerb("status", "Say whether the embedded engine runs, and where")
{
    public override IReadOnlyList<string> Examples => ["kontrakt engine status", "kontrakt engine status || kontrakt engine start"];

    public override CommandDocument Document => new EngineStatusDocument(false, null);

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var engine = await Launcher(context).FindAsync(cancellationToken);
        context.AnswerWith(EngineStatusDocument.Of(Folder(context), engine));
        await context.Output.WriteLineAsync($"state\t{(engine is null ? "stopped" : "running")}");
        await context.Output.WriteLineAsync($"folder\t{Folder(context).Path}");
        if (engine is null)
            return false;
        await context.Output.WriteLineAsync($"process\t{engine.Pid}");
        await context.Output.WriteLineAsync($"version\t{engine.Version}");
        await context.Output.WriteLineAsync($"started\t{engine.Started.ToString("O", CultureInfo.InvariantCulture)}");
        await context.Output.WriteLineAsync($"server\t{engine.Connection.Server}");
        await context.Output.WriteLineAsync($"registry\t{engine.Registry}");
        return true;
    }
}

/// <summary>Prints a kubeconfig of the engine that runs, starting it where none does.</summary>
internal sealed class EngineKubeconfigVerb() : EngineVerb("kubeconfig", "Print a kubeconfig for the embedded engine; it holds its token")
{
    public override IReadOnlyList<string> Examples => ["kontrakt engine kubeconfig > engine.kubeconfig"];

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

/// <summary>Ends the engine and everything that runs on it. That none runs is not a failure.</summary>
internal sealed class EngineStopVerb() : EngineVerb("stop", "End the embedded engine and all that runs on it")
{
    public override IReadOnlyList<string> Examples => ["kontrakt engine stop"];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        context.Say(await Launcher(context).StopAsync(cancellationToken) ? "the embedded engine has ended" : "no embedded engine is running");
        return true;
    }
}
