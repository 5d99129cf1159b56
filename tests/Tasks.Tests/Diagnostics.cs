using Kontrakt.Diagnostics;
using Microsoft.Build.Framework;

namespace Tasks.Tests;

/// <summary>What a step has to say, as build errors.</summary>
[TestClass]
public sealed class Diagnostics
{
    private static readonly SourceLocation Place = new("/src/web/kontrakt/test.yaml", 12, 5, 12, 20);

    [TestMethod]
    public void ErrorStandsAtItsPlaceWithCodeAndHelp()
    {
        var (task, engine) = ScriptedTask.Create((_, _) => throw Ktr.NoTest.Error(Place, "web"));

        var passed = task.Execute();

        Assert.IsFalse(passed);
        var error = engine.Errors.Single();
        Assert.AreEqual("/src/web/kontrakt/test.yaml(12,5,12,20) KTR1006", $"{error.File}({error.LineNumber},{error.ColumnNumber},{error.EndLineNumber},{error.EndColumnNumber}) {error.Code}");
        Assert.AreEqual("kontrakt", error.Subcategory);
        Assert.AreEqual(Ktr.NoTest.HelpLink, error.HelpLink);
        StringAssert.Contains(error.Message, "kontrakt 'web' has no test");
    }

    [TestMethod]
    public void ErrorWithoutAPlacePointsAtTheProject()
    {
        var (task, engine) = ScriptedTask.Create((_, _) => throw Ktr.RepositoryMissing.Error(null));

        task.Execute();

        Assert.AreEqual(ScriptedTask.Project, engine.Errors.Single().File);
    }

    [TestMethod]
    public void EveryErrorOfAStepIsLogged()
    {
        var (task, engine) = ScriptedTask.Create((_, _) => throw new KontraktException([Ktr.NoTest.At(Place, "web"), Ktr.NoTest.At(Place, "shop")]));

        task.Execute();

        Assert.HasCount(2, engine.Errors, engine.ToString());
    }

    [TestMethod]
    public void ErrorThatIsReportedAndThrownIsLoggedOnce()
    {
        var (task, engine) = ScriptedTask.Create((log, _) =>
        {
            log.Report(new RunEvent.Reported(Ktr.NoTest.At(Place, "web")));
            throw Ktr.NoTest.Error(Place, "web");
        });

        task.Execute();

        Assert.HasCount(1, engine.Errors, engine.ToString());
    }

    [TestMethod]
    public void PlainLogGetsOneLineForAnErrorAndTheRestBehindIt()
    {
        var (task, engine) = ScriptedTask.Create((_, _) => throw Ktr.NoTest.Error(Place, "web\n  first\n  second"));

        task.Execute();

        Assert.DoesNotContain("\n", engine.Errors.Single().Message!);
        StringAssert.StartsWith(engine.Messages.Single().Message, "  first\n  second");
        Assert.AreEqual(MessageImportance.High, engine.Messages.Single().Importance);
    }

    [TestMethod]
    public void TerminalLoggerGetsTheWholeErrorForItShowsNoMessages()
    {
        var (task, engine) = ScriptedTask.Create((_, _) => throw Ktr.NoTest.Error(Place, "web\n  first\n  second"), terminalLogger: true);

        task.Execute();

        StringAssert.Contains(engine.Errors.Single().Message, "web\n  first\n  second");
        Assert.IsEmpty(engine.Messages, engine.ToString());
    }

    [TestMethod]
    public void BracesInAMessageSurvive()
    {
        var (task, engine) = ScriptedTask.Create((_, _) => throw Ktr.ManifestSyntax.Error(Place, "found '{0}' and {KO_DOCKER_REPO}"));

        task.Execute();

        StringAssert.Contains(engine.Errors.Single().Message, "found '{0}' and {KO_DOCKER_REPO}");
    }

    [TestMethod]
    public void ReportedErrorFailsTheTaskWithoutAnException()
    {
        var (task, _) = ScriptedTask.Create((log, _) =>
        {
            log.Report(new RunEvent.Reported(Ktr.NoTest.At(Place, "web")));
            return Task.CompletedTask;
        });

        Assert.IsFalse(task.Execute());
    }

    [TestMethod]
    public void WarningDoesNotFailTheTask()
    {
        var (task, engine) = ScriptedTask.Create((log, _) =>
        {
            log.Report(new RunEvent.Reported(Ktr.DeleteIncomplete.At(null, "kontrakt-web-x7k2q", "2m", "a finalizer") with { Severity = Severity.Warning }));
            return Task.CompletedTask;
        });

        var passed = task.Execute();

        Assert.IsTrue(passed, engine.ToString());
        Assert.AreEqual("KTR3011", engine.Warnings.Single().Code);
    }

    [TestMethod]
    public void BugKeepsItsStack()
    {
        var (task, engine) = ScriptedTask.Create((_, _) => throw new InvalidOperationException("a bug"));

        Assert.ThrowsExactly<InvalidOperationException>(() => task.Execute());
        Assert.IsEmpty(engine.Errors);
    }
}
