using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>A task that is one step of a run.</summary>
public abstract class StepTask : KontraktTask
{
    /// <summary>@(_KontraktSetting): a setting's name, its text as metadata Value; an empty one means the default.</summary>
    [Required]
    public ITaskItem[] Settings { get; set; } = [];

    /// <summary>Id of the run to go on with; empty for the latest.</summary>
    public string Run { get; set; } = "";

    /// <summary>Whether the step begins a run: an earlier run's reports must not outlive this one's failures, such as the compiler's.</summary>
    protected virtual bool BeginsRun => false;

    /// <summary>Whether the step ends a run: it then writes the summary, and the reports also when nothing failed.</summary>
    protected virtual bool EndsRun => false;

    /// <summary>Whether there is a run to report on; not before a discovery that failed, which must not be told with an earlier run's record.</summary>
    protected virtual bool HasRun => true;

    protected abstract Task RunStepAsync(KontraktSteps steps, CancellationToken cancellationToken);

    /// <summary>The run that the step is about; null for the latest.</summary>
    protected string? RunOrLatest => Run.Length == 0 ? null : Run;

    protected sealed override async Task RunAsync(CancellationToken cancellationToken)
    {
        var settings = TaskSettings.Read(Settings, Absolute("."));
        try
        {
            var run = EndsRun ? Record(settings)?.Id : null;
            await using var running = run is null ? null : RunningReports.Begin(settings, () => run, () => RunLog.Reported, RunLog);
            await RunStepAsync(new KontraktSteps(settings, (IRunLog?)running ?? RunLog), cancellationToken);
        }
        catch (KontraktException failure)
        {
            RunLog.Report(failure);
        }
        finally
        {
            Conclude(settings);
        }
    }

    /// <summary>Takes a step's answer. A step that failed has said why in the log.</summary>
    protected void Require(bool passed)
    {
        if (!passed && !Log.HasLoggedErrors)
            throw new InvalidOperationException($"{GetType().Name} failed without a diagnostic.");
    }

    /// <summary>The end of a run, said.</summary>
    protected virtual void Summarize(RunRecord record) => RunLog.Summarize(RunSummary.Of(record));

    private RunRecord? Record(KontraktSettings settings) => HasRun ? RunStore.Find(settings.RunsDirectory, RunOrLatest, "KontraktDiscover")?.Record : null;

    private void Conclude(KontraktSettings settings)
    {
        if (!EndsRun && !(BeginsRun && HasRun) && !Log.HasLoggedErrors)
            return;
        var record = Record(settings);
        if (EndsRun && record is not null)
            Summarize(record);
        RunReports.Write(settings, record?.Id, RunLog.Reported, ended: EndsRun || Log.HasLoggedErrors, RunLog);
    }
}
