using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Kontrakt.Tasks;
using Microsoft.Build.Framework;

namespace Tasks.Tests;

/// <summary>What a person sees while a run goes on.</summary>
[TestClass]
public sealed class Lines
{
    [TestMethod]
    public void ProgressIsAPlainLineAsItComes()
    {
        var engine = Run(terminalLogger: false, new RunEvent.Progress("2 kontrakts"), new RunEvent.KontraktProgress("web", "pod/api Running 1/1"));

        CollectionAssert.AreEqual(new[] { "High: 2 kontrakts", "High: web: pod/api Running 1/1" }, engine.Messages.Select(Shown).ToArray());
    }

    [TestMethod]
    public void DetailsAreForVerboseLogs()
    {
        var engine = Run(terminalLogger: true, new RunEvent.Detail("GET /api {0}"));

        CollectionAssert.AreEqual(new[] { "Low: GET /api {0}" }, engine.Messages.Select(Shown).ToArray());
    }

    [TestMethod]
    public void TerminalLoggerGetsLinesAsATestRunDoes()
    {
        var engine = Run(terminalLogger: true, new RunEvent.KontraktProgress("web", "begins"), new RunEvent.KontraktEnded("web", true, TimeSpan.FromSeconds(1.23)));

        CollectionAssert.AreEqual(new[] { "TLTESTOUTPUT web: begins", "TLTESTPASSED web", "TLTESTOUTPUT web: passed (1.2 s)" }, engine.Messages.Select(Extended).ToArray());
    }

    [TestMethod]
    public void SummaryIsTheLastLine()
    {
        var engine = Summarize(terminalLogger: false);

        Assert.AreEqual("High: Kontrakts: 2 passed, 1 failed (3.0 s)", Shown(engine.Messages.Single()));
    }

    [TestMethod]
    public void TerminalLoggerCountsTheKontrakts()
    {
        var engine = Summarize(terminalLogger: true);

        var finish = (IExtendedBuildEventArgs)engine.Messages.Single();
        Assert.AreEqual("TLTESTFINISH", finish.ExtendedType);
        Assert.AreEqual("3 2 1 0", $"{finish.ExtendedMetadata!["total"]} {finish.ExtendedMetadata["passed"]} {finish.ExtendedMetadata["failed"]} {finish.ExtendedMetadata["skipped"]}");
    }

    private static RecordingEngine Run(bool terminalLogger, params RunEvent[] events)
    {
        var (task, engine) = ScriptedTask.Create((log, _) =>
        {
            foreach (var each in events)
                log.Report(each);
            return Task.CompletedTask;
        }, terminalLogger);
        Assert.IsTrue(task.Execute(), engine.ToString());
        return engine;
    }

    private static RecordingEngine Summarize(bool terminalLogger)
    {
        var (task, engine) = ScriptedTask.Create((_, _) => Task.CompletedTask);
        new MSBuildRunLog(engine, task.Log, ScriptedTask.Project, terminalLogger).Summarize(new RunSummary(2, 1, 0, TimeSpan.FromSeconds(3)));
        return engine;
    }

    private static string Shown(BuildMessageEventArgs message) => $"{message.Importance}: {message.Message}";

    private static string Extended(BuildMessageEventArgs message) => $"{(message as IExtendedBuildEventArgs)?.ExtendedType} {message.Message}";
}
