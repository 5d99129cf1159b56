using System.Globalization;

namespace Kontrakt.Tool.Verbs;

/// <summary>Prints what runs and where, a name and a value to a line, a tab between; fails where no engine runs.</summary>
internal sealed class EngineStatusVerb() : EngineVerb("status", "Say whether the embedded engine runs, and where")
{
    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var engine = await Launcher(context).FindAsync(cancellationToken);
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
