using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Runs;
using Kontrakt.Settings;

namespace Kontrakt.Reports;

/// <summary>What every report is made from.</summary>
/// <param name="Run">The record; null for a run that failed before there was one.</param>
/// <param name="Others">Failures that no kontrakt of the record reports: what stopped the run early.</param>
/// <param name="Root">Files below this folder are named relative to it, with '/'.</param>
/// <param name="Folder">The run's folder, with logs and events; null where there is none.</param>
public sealed record RunReport(RunRecord? Run, IReadOnlyList<RunDiagnostic> Others, string Root, string? Folder)
{
    /// <param name="reported">Every diagnostic that was reported; errors that no kontrakt of the record has are the run's own.</param>
    internal static RunReport Of(KontraktSettings settings, RunRecord? run, string? folder, IEnumerable<Diagnostic> reported)
    {
        var known = (run?.Kontrakts ?? []).SelectMany(kontrakt => kontrakt.Diagnostics).ToHashSet();
        var others = reported.Where(diagnostic => diagnostic.Severity == Severity.Error).Select(RunDiagnostic.From).Where(diagnostic => !known.Contains(diagnostic));
        // CI names files from the repository's root.
        return new(run, [.. others], GitRoot.Of(settings.Directory), folder);
    }

    /// <summary>By name, as every report lists them.</summary>
    public IReadOnlyList<RunKontrakt> Kontrakts { get; } = [.. (Run?.Kontrakts ?? []).OrderBy(kontrakt => kontrakt.Name, StringComparer.Ordinal)];

    /// <summary>Those that failed, then those without a verdict, then those that passed: people look for the first.</summary>
    public IReadOnlyList<RunKontrakt> FailuresFirst => [.. Kontrakts.OrderBy(kontrakt => kontrakt.State switch { RunState.Failed => 0, RunState.Passed => 2, _ => 1 })];

    /// <summary>Whether the run was at its end when this was made; else it goes on, or its process was killed.</summary>
    public bool Ended { get; init; } = true;

    /// <summary>Whether something has no verdict: the run goes on, or was ended from outside, or by what <see cref="Others"/> say.</summary>
    public bool IsIncomplete => !Ended || Kontrakts.Any(kontrakt => kontrakt.State is not (RunState.Passed or RunState.Failed));

    /// <summary>What is incomplete about it, for people.</summary>
    public string Incompleteness => Ended ? "the run ended, or was ended, before every kontrakt had a verdict"
        : "this was the state of the run when this was written; it continued, or was cut short, as by a compiler's error or a killed process";

    public bool Failed => !Ended || Run is null || Others.Count > 0 || Kontrakts.Any(kontrakt => kontrakt.State != RunState.Passed);

    /// <summary>A file as people of the project know it.</summary>
    public string Shown(string file)
    {
        var relative = Path.GetRelativePath(Root, file);
        return (relative.StartsWith("..", StringComparison.Ordinal) ? file : relative).Replace('\\', '/');
    }
}
