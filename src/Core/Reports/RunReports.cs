using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Reports.Html;
using Kontrakt.Runs;
using Kontrakt.Settings;

namespace Kontrakt.Reports;

/// <summary>Writes the report files that the settings ask for.</summary>
public static class RunReports
{
    /// <summary>
    /// JUnit, TRX, HTML and Markdown where the settings ask for them, also for a run that ended early. One that cannot be written, as on a full
    /// disk, is a warning at the run's end: the verdict does not change.
    /// </summary>
    /// <param name="run">The run's id; null when none began.</param>
    /// <param name="reported">Every diagnostic that was reported; those that no kontrakt of the record reports are the run's own.</param>
    /// <param name="ended">Whether the run is at its end: a step's summary on GitHub is added to, so it is added once.</param>
    public static void Write(KontraktSettings settings, string? run, IEnumerable<Diagnostic> reported, bool ended, IRunLog log) =>
        Write(settings, run, reported, ended, log, CancellationToken.None);

    /// <summary>Whether any is asked for that has a file of its own.</summary>
    internal static bool AreAskedFor(KontraktSettings settings) => settings is not { JUnit: null, Trx: null, Html: null, Markdown: null };

    /// <exception cref="OperationCanceledException">Some of them may not have been written; each that exists is whole.</exception>
    internal static void Write(KontraktSettings settings, string? run, IEnumerable<Diagnostic> reported, bool ended, IRunLog log, CancellationToken cancellationToken)
    {
        if (!AreAskedFor(settings) && (settings.StepSummary is null || !ended))
            return;
        if (Read(settings, run, reported, ended, log) is not { } report)
            return;
        var written = new WrittenFiles(settings.RunsDirectory, settings.Directory);
        WriteFile(settings.JUnit, stream => Text(stream, JUnitWriter.Write(report)));
        WriteFile(settings.Trx, stream => Text(stream, TrxWriter.Write(report)));
        WriteFile(settings.Html, stream => HtmlReport.Write(stream, report, cancellationToken));
        WriteFile(settings.Markdown, stream => Text(stream, MarkdownWriter.Write(report, MarkdownWriter.LargestSummary)));
        if (ended && settings.Markdown is null)
            Try(settings.StepSummary, path => Append(path, report));

        void WriteFile(string? file, Action<Stream> write) => Try(file, path => ReportFile.Write(path, write, written, log));

        void Try(string? path, Action<string> write)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (path is not { Length: > 0 })
                return;
            try
            {
                write(path);
            }
            catch (Exception refused) when (ReportFile.IsRefusal(refused))
            {
                Refused(log, path, refused.Message, ended);
            }
        }
    }

    private static RunReport? Read(KontraktSettings settings, string? run, IEnumerable<Diagnostic> reported, bool ended, IRunLog log)
    {
        RunStore? store;
        try
        {
            store = run is null ? null : RunStore.Find(settings.RunsDirectory, run, "KontraktDiscover");
        }
        catch (Exception unreadable) when (unreadable is KontraktException || ReportFile.IsRefusal(unreadable))
        {
            Refused(log, run ?? "", unreadable.Message, ended);
            return null;
        }
        var told = (store?.Record.Kontrakts ?? []).SelectMany(kontrakt => kontrakt.Diagnostics).ToHashSet();
        var others = reported.Where(diagnostic => diagnostic.Severity == Severity.Error).Select(RunDiagnostic.From).Where(diagnostic => !told.Contains(diagnostic));
        // CI names files from the repository's root.
        return new(store?.Record, [.. others], GitRoot.Of(settings.Directory), store?.Folder) { Ended = ended };
    }

    /// <summary>Said once: while the run goes on, the next time may do better.</summary>
    private static void Refused(IRunLog log, string path, string why, bool ended)
    {
        var diagnostic = Ktr.ReportNotWritten.At(null, path, why) with { Severity = Severity.Warning };
        log.Report(ended ? new RunEvent.Reported(diagnostic) : new RunEvent.Detail(diagnostic.Message));
    }

    private static void Text(Stream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Others of the same step write there as well; what they left of the limit is what there is.</summary>
    private static void Append(string path, RunReport report)
    {
        using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        var left = (int)Math.Clamp(MarkdownWriter.LargestSummary - stream.Length, 0, MarkdownWriter.LargestSummary);
        // Too little for more than a sentence: GitHub shows a summary that is too large not at all.
        if (left > 2000)
            Text(stream, MarkdownWriter.Write(report, left) + "\n");
    }
}
