using Kontrakt.Clusters.Embedded;

namespace Kontrakt.Reports.Documents;

/// <summary>Whether the embedded engine runs, and where.</summary>
/// <param name="Running">If it does not, the folder is all that follows.</param>
/// <param name="Folder">Where it keeps images and its log; null where the command line could not be read.</param>
public sealed record EngineStatusDocument(bool Running, string? Folder) : CommandDocument("engine status")
{
    public int? Process { get; init; }
    public string? Version { get; init; }
    public DateTimeOffset? Started { get; init; }
    public string? Server { get; init; }
    public string? Registry { get; init; }

    /// <summary>What this machine does not let the engine do for pods.</summary>
    public IReadOnlyList<string>? Restrictions { get; init; }

    public static EngineStatusDocument Of(EngineFolder folder, EngineHandshake? engine) => engine is null ? new(false, folder.Path) : new(true, folder.Path)
    {
        Process = engine.Pid,
        Version = engine.Version,
        Started = engine.Started,
        Server = engine.Connection.Server.ToString(),
        Registry = engine.Registry,
        Restrictions = engine.Restrictions,
    };
}
