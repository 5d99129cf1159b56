using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Microsoft.Build.Framework;
using Task = System.Threading.Tasks.Task;

namespace Kontrakt.Tasks;

/// <summary>A task that is one step of a run.</summary>
public abstract class StepTask : KontraktTask
{
    /// <summary>@(_KontraktSetting): a setting's name, its text as metadata Value; an empty one means the default.</summary>
    [Required]
    public ITaskItem[] Settings { get; set; } = [];

    /// <summary>Id of the run to continue with; empty for the latest.</summary>
    public string Run { get; set; } = "";

    /// <summary>Whether the step begins a run: an earlier run's reports must not outlive this one's failures, such as the compiler's.</summary>
    protected virtual bool BeginsRun => false;

    /// <summary>Whether the step ends a run: it then writes the summary, and the reports also when nothing failed.</summary>
    protected virtual bool EndsRun => false;

    protected abstract Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken);

    /// <summary>The run that the step continues with.</summary>
    /// <param name="needed">The step that it must have behind it.</param>
    protected OpenRun Open(KontraktRuns runs, RunStep needed) => runs.Open(Run.Length == 0 ? null : Run, needed);

    protected sealed override async Task RunAsync(CancellationToken cancellationToken)
    {
        var settings = TaskSettings.Read(Settings, Absolute("."), ProjectFile);
        try
        {
            if (BuildEngine is IBuildEngine6 engine)
                KontraktException.ThrowIfAny([.. PropertyNames.Mistyped(engine.GetGlobalProperties().Keys)]);
            await RunStepAsync(new KontraktRuns(settings, RunLog) { Opened = run => Follow(run, settings), Known = id => BuildEngine4.GetRegisteredTaskObject(Key(settings, id), RegisteredTaskObjectLifetime.Build) as OpenRun }, cancellationToken);
        }
        catch (KontraktException failure)
        {
            RunLog.Report(failure);
        }
        finally
        {
            await ConcludeAsync(settings);
        }
    }

    /// <summary>Takes a step's answer. A step that failed has said why in the log.</summary>
    protected void Require(bool passed)
    {
        if (!passed && !Log.HasLoggedErrors)
            throw new InvalidOperationException($"{GetType().Name} failed without a diagnostic.");
    }

    /// <summary>The end of a run, said.</summary>
    protected virtual void Summarize(RunRecord record) => Lines.Summarize(RunSummary.Of(record));

    /// <summary>By which later tasks of this build, in this process, find a run: projects do not share theirs.</summary>
    private static object Key(KontraktSettings settings, string id) => (typeof(OpenRun), settings.RunsDirectory, id);

    private void Follow(OpenRun run, KontraktSettings settings)
    {
        BuildEngine4.RegisterTaskObject(Key(settings, run.Id), run, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        RunLog.Follow(run);
        if (EndsRun)
            RunLog.Begin(settings);
    }

    private async Task ConcludeAsync(KontraktSettings settings)
    {
        if (EndsRun && RunLog.Record is { } record)
            Summarize(record);
        if (EndsRun || (BeginsRun && RunLog.Record is not null) || Log.HasLoggedErrors)
            await RunLog.EndAsync(settings, ended: EndsRun || Log.HasLoggedErrors);
    }
}
