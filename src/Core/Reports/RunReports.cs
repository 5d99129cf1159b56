using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Runs;

namespace Kontrakt.Reports;

/// <summary>Writes the report files that the settings ask for.</summary>
public static class RunReports
{
    /// <summary>JUnit XML where KontraktJUnit asks for it, also for a run that ended early.</summary>
    /// <param name="run">The run's id; null when none began.</param>
    /// <param name="reported">Every diagnostic that was reported; those that no kontrakt of the record tells of get a suite of their own.</param>
    /// <exception cref="KontraktException">The file cannot be written.</exception>
    public static void WriteJUnit(KontraktSettings settings, string? run, IEnumerable<Diagnostic> reported)
    {
        if (settings.JUnit is not { Length: > 0 } path)
            return;
        var record = run is null ? null : RunStore.Find(settings.RunsDirectory, run, "KontraktDiscover")?.Record;
        var told = (record?.Kontrakts ?? []).SelectMany(kontrakt => kontrakt.Diagnostics).ToHashSet();
        var others = reported.Where(diagnostic => diagnostic.Severity == Severity.Error).Select(RunDiagnostic.From).Where(diagnostic => !told.Contains(diagnostic));
        // CI names files from the repository's root.
        JUnitWriter.WriteFile(path, record, [.. others], GitRoot.Of(settings.Directory));
    }
}
