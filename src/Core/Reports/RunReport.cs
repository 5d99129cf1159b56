using Kontrakt.Runs;

namespace Kontrakt.Reports;

/// <summary>What every report is made from.</summary>
/// <param name="Run">The record; null for a run that failed before there was one.</param>
/// <param name="Others">Failures that no kontrakt of the record tells of: what stopped the run early.</param>
/// <param name="Root">Files below this folder are named relative to it, with '/'.</param>
/// <param name="Folder">The run's folder, with logs and events; null where there is none.</param>
public sealed record RunReport(RunRecord? Run, IReadOnlyList<RunDiagnostic> Others, string Root, string? Folder)
{
    /// <summary>By name, as every report lists them.</summary>
    public IReadOnlyList<RunKontrakt> Kontrakts { get; } = [.. (Run?.Kontrakts ?? []).OrderBy(kontrakt => kontrakt.Name, StringComparer.Ordinal)];

    /// <summary>Whether something has no verdict: the run was ended from outside, or by what <see cref="Others"/> say.</summary>
    public bool IsIncomplete => Kontrakts.Any(kontrakt => kontrakt.State is not (RunState.Passed or RunState.Failed));

    public bool Failed => Run is null || Others.Count > 0 || Kontrakts.Any(kontrakt => kontrakt.State != RunState.Passed);

    /// <summary>A file as people of the project know it.</summary>
    public string Shown(string file)
    {
        var relative = Path.GetRelativePath(Root, file);
        return (relative.StartsWith("..", StringComparison.Ordinal) ? file : relative).Replace('\\', '/');
    }
}
