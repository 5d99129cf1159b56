using Kontrakt.Runs;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = System.Threading.Tasks.Task;

namespace Kontrakt.Tasks;

/// <summary>Replaces tokens and image sources in the manifests themselves.</summary>
[MSBuildMultiThreadableTask]
public sealed class ReplaceImages : StepTask
{
    /// <summary>False to say only what would change.</summary>
    public bool Write { get; set; } = true;

    /// <summary>The files that changed, or would.</summary>
    [Output]
    public ITaskItem[] Changed { get; private set; } = [];

    protected override async Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken)
    {
        var changed = await Open(runs, RunStep.Build).ReplaceImagesAsync(Write, cancellationToken);
        Changed = [.. changed.Select(file => new TaskItem(file))];
        foreach (var file in changed)
            Log.LogMessage(MessageImportance.High, "{0}: {1}", file, Write ? "images replaced" : "images would be replaced");
    }
}
