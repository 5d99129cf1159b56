using Kontrakt.Diagnostics;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Microsoft.Build.Framework;
using Task = System.Threading.Tasks.Task;

namespace Kontrakt.Tasks;

/// <summary>Says what there is to run, as 'dotnet test --list-tests' does. Begins no run, and asks no cluster.</summary>
[MSBuildMultiThreadableTask]
public sealed class ListKontrakts : StepTask
{
    /// <summary>Whether finding no kontrakt, or none that the filter means, is an error.</summary>
    public bool ErrorWhenNone { get; set; } = true;

    protected override async Task RunStepAsync(KontraktRuns runs, CancellationToken cancellationToken)
    {
        var listing = await ReadAsync(runs.Settings, cancellationToken);
        if (listing.Kontrakts.Count > 0)
            Log.LogMessage(MessageImportance.High, "The following Tests are available:");
        foreach (var entry in listing.Kontrakts.SelectMany(TestEntry.Of))
            Log.LogMessage(MessageImportance.High, "    {0}", entry.FullName);
        KontraktException.ThrowIfAny(listing.Problems);
    }

    private async Task<TestListing> ReadAsync(KontraktSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return await TestListing.ReadAsync(settings, "list", RunLog, cancellationToken);
        }
        catch (KontraktException none) when (!ErrorWhenNone && KontraktSelection.IsNone(none))
        {
            Log.LogMessage(MessageImportance.High, "{0}: no kontrakt is selected", ProjectFile);
            return new([], []);
        }
    }
}
