using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Kontrakt.Tasks;

/// <summary>
/// A run as an MSBuild log: errors at their place, lines as they come. The terminal logger shows a project's messages only after it has ended,
/// except those that a test run logs (types TLTEST..., as Microsoft.TestPlatform.targets makes them): there, lines go out as these.
/// </summary>
public sealed class MSBuildRunLog(IBuildEngine engine, TaskLoggingHelper log, string projectFile, bool terminalLogger) : IRunLog
{
    public void Report(RunEvent runEvent)
    {
        if (runEvent is RunEvent.Reported report)
        {
            Diagnose(report.Diagnostic);
            return;
        }
        if (terminalLogger && runEvent is RunEvent.KontraktEnded { Passed: true } ended)
            Extended("TLTESTPASSED", ended.Kontrakt, new() { ["localizedResult"] = "passed", ["displayName"] = ended.Kontrakt });
        if (RunLine.Of(runEvent, verbose: false) is { } line)
            Line(line);
        else if (RunLine.Of(runEvent, verbose: true) is { } detail)
            log.LogMessage(MessageImportance.Low, "{0}", detail);
    }

    /// <summary>The last line of a run.</summary>
    public void Summarize(RunSummary summary)
    {
        if (!terminalLogger)
        {
            Line($"Kontrakts: {summary}");
            return;
        }
        Extended("TLTESTFINISH", summary.ToString(), new()
        {
            ["total"] = Count(summary.Passed + summary.Failed + summary.Unfinished),
            ["passed"] = Count(summary.Passed),
            ["skipped"] = Count(summary.Unfinished),
            ["failed"] = Count(summary.Failed),
        });
    }

    private void Line(string text)
    {
        if (terminalLogger)
            Extended("TLTESTOUTPUT", text, null);
        else
            log.LogMessage(MessageImportance.High, "{0}", text);
    }

    private void Extended(string type, string text, Dictionary<string, string?>? metadata) =>
        engine.LogMessageEvent(new ExtendedBuildMessageEventArgs(type, text, null, null, MessageImportance.High) { ExtendedMetadata = metadata });

    /// <summary>
    /// The plain console logger repeats place, code and project before each line of an error, and the whole again in its summary. There, an error is its
    /// first line, and what follows (the end of a log, further differences) is one message right behind it. The terminal logger shows errors alone, as they are.
    /// </summary>
    private void Diagnose(Diagnostic diagnostic)
    {
        // Without a file, MSBuild would name the targets file of this package.
        var place = diagnostic.Location ?? new SourceLocation(projectFile);
        var end = terminalLogger ? -1 : diagnostic.Message.IndexOf('\n', StringComparison.Ordinal);
        var text = end < 0 ? diagnostic.Message : diagnostic.Message[..end];
        if (diagnostic.Severity == Severity.Error)
            log.LogError("kontrakt", diagnostic.Code, null, diagnostic.Kind.HelpLink, place.File, place.Line, place.Column,
                place.EndLine, place.EndColumn, "{0}", text);
        else
            log.LogWarning("kontrakt", diagnostic.Code, null, diagnostic.Kind.HelpLink, place.File, place.Line, place.Column,
                place.EndLine, place.EndColumn, "{0}", text);
        if (end >= 0)
            log.LogMessage(MessageImportance.High, "{0}", diagnostic.Message[(end + 1)..]);
    }

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
