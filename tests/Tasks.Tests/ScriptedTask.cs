using Kontrakt.Reports;
using Kontrakt.Tasks;
using Microsoft.Build.Framework;

namespace Tasks.Tests;

/// <summary>A task that does what a test says.</summary>
internal sealed class ScriptedTask(Func<ReportedRun, CancellationToken, Task> script) : KontraktTask
{
    public const string Project = "/src/web/Web.csproj";

    public static (ScriptedTask Task, RecordingEngine Engine) Create(Func<ReportedRun, CancellationToken, Task> script, bool terminalLogger = false)
    {
        var engine = new RecordingEngine();
        return (new(script) { BuildEngine = engine, ProjectFile = Project, TerminalLogger = terminalLogger }, engine);
    }

    protected override Task RunAsync(CancellationToken cancellationToken) => script(RunLog, cancellationToken);
}

/// <summary>For a build of its own: says that it began, waits to be cancelled, and cleans up, which takes a moment.</summary>
[MSBuildMultiThreadableTask]
public sealed class WaitForTheEnd : KontraktTask
{
    [Required]
    public string Cleaned { get; set; } = "";

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        RunLog.Report(new Kontrakt.Diagnostics.RunEvent.Progress("began"));
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
            await File.WriteAllTextAsync(Cleaned, "", CancellationToken.None);
        }
    }
}
