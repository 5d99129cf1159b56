using System.Diagnostics.CodeAnalysis;
using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>
/// A task: parameters, one call into the library, outputs. This base runs it, cancels it, and turns what it reports into build errors.
/// Derived tasks are marked [MSBuildMultiThreadableTask], so they use neither the current directory nor the environment nor the console.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable",
    Justification = "A source without timer or wait handle holds nothing; Cancel may still come after the task has ended.")]
public abstract class KontraktTask : Microsoft.Build.Utilities.Task, ICancelableTask
{
    private readonly CancellationTokenSource cancellation = new();
    private MSBuildRunLog? lines;
    private ReportedRun? runLog;

    /// <summary>$(MSBuildProjectFullPath): relative paths start at its folder, and errors without a place of their own point at it.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>$(_MSBUILDTLENABLED): whether the terminal logger shows the build.</summary>
    public bool TerminalLogger { get; set; }

    /// <summary>Where the library reports to. An error that was reported here is not logged again when it is thrown as well.</summary>
    protected ReportedRun RunLog => runLog ??= new(Lines);

    /// <summary>Where it goes from there: the build's log.</summary>
    protected MSBuildRunLog Lines => lines ??= new(BuildEngine, Log, ProjectFile, TerminalLogger);

    public sealed override bool Execute()
    {
        using var termination = BuildTermination.Watch(cancellation);
        try
        {
            RunAsync(cancellation.Token).GetAwaiter().GetResult();
        }
        catch (KontraktException failure)
        {
            RunLog.Report(failure);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The engine says that the build was cancelled; a task adds nothing to it.
        }
        if (termination.Terminated)
            RunLog.Report(new RunEvent.Reported(Ktr.Terminated.At(null)));
        return !Log.HasLoggedErrors && !cancellation.IsCancellationRequested;
    }

    public void Cancel() => cancellation.Cancel();

    /// <summary>The work. Throws <see cref="KontraktException"/> for everything a user can fix; any other exception is a bug and keeps its stack.</summary>
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    /// <summary>A full path, from one that may be relative to the project's folder.</summary>
    protected string Absolute(string path) => Path.GetFullPath(path, Path.GetDirectoryName(ProjectFile) ?? "/");
}
