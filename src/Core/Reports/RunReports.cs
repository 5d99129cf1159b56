using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Reports.Html;
using Kontrakt.Settings;

namespace Kontrakt.Reports;

/// <summary>Writes the report files that the settings ask for: JUnit, TRX, HTML and Markdown.</summary>
internal static class RunReports
{
    /// <summary>Whether any is asked for that has a file of its own.</summary>
    public static bool AreAskedFor(KontraktSettings settings) => settings is not { JUnit: null, Trx: null, Html: null, Markdown: null };

    /// <summary>One that cannot be written, as on a full disk, is a warning at the run's end: the verdict does not change.</summary>
    /// <exception cref="OperationCanceledException">Some of them may not have been written; each that exists is whole.</exception>
    public static void Write(KontraktSettings settings, RunReport report, IRunLog log, CancellationToken cancellationToken)
    {
        var written = new WrittenFiles(settings.RunsDirectory, settings.Directory);
        WriteFile(settings.JUnit, stream => Text(stream, JUnitWriter.Write(report)));
        WriteFile(settings.Trx, stream => Text(stream, TrxWriter.Write(report)));
        WriteFile(settings.Html, stream => HtmlReport.Write(stream, report, cancellationToken));
        WriteFile(settings.Markdown, stream => Text(stream, MarkdownWriter.Write(report, MarkdownWriter.LargestSummary)));
        if (report.Ended && settings.Markdown is null)
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
                var diagnostic = Ktr.ReportNotWritten.At(null, path, refused.Message) with { Severity = Severity.Warning };
                // Said once: while the run goes on, the next time may do better.
                log.Report(report.Ended ? new RunEvent.Reported(diagnostic) : new RunEvent.Detail(diagnostic.Message));
            }
        }
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
