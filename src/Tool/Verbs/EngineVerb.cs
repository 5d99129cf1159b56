using Kontrakt.Clusters.Embedded;

namespace Kontrakt.Tool.Verbs;

/// <summary>A verb about the embedded engine.</summary>
internal abstract class EngineVerb(string name, string description) : Verb(name, description)
{
    public override (string Name, string Description)? Group => ("engine", "The embedded engine, which runs kontrakts on this machine where no cluster is named");

    protected static EngineFolder Folder(VerbContext context) => EngineFolder.Find(context.Settings.EngineDirectory);

    protected static EngineLauncher Launcher(VerbContext context) => new(Folder(context), context.Settings.EngineProgram, context.Log);
}
