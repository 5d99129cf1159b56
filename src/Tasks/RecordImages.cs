using System.Globalization;
using Kontrakt.Runs;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks;

/// <summary>Records what was built, for the steps that follow.</summary>
[MSBuildMultiThreadableTask]
public sealed class RecordImages : StepTask
{
    /// <summary>What Kontrakt.Container.targets returns: metadata ProjectFile, Name (registry and repository), Tag, Digest, Reused, Began, Ended.</summary>
    public ITaskItem[] Images { get; set; } = [];

    protected override Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken)
    {
        Open(runs, RunStep.Discover).RecordImages([.. Images.Select(ToImage)]);
        return Task.CompletedTask;
    }

    private static RunImage ToImage(ITaskItem item) => new(item.GetMetadata("ProjectFile"), item.GetMetadata("Name"), item.GetMetadata("Tag"),
        item.GetMetadata("Digest"), string.Equals(item.GetMetadata("Reused"), "true", StringComparison.OrdinalIgnoreCase))
    {
        Builder = RunImage.SdkContainers,
        Began = Time(item.GetMetadata("Began")),
        Ended = Time(item.GetMetadata("Ended")),
    };

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
