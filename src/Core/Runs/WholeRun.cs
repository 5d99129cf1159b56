using System.Collections.Concurrent;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Runs;

/// <summary>
/// All kontrakts of a run, concurrently, each from lease to verdict. Deleting goes on in the background while others run and while the targets
/// are pushed, and is always waited for, also when the run is cancelled.
/// </summary>
internal sealed class WholeRun(OpenRun run, ClusterClient client)
{
    private readonly ConcurrentBag<Task> _closing = [];

    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var verdicts = new KeptVerdicts(run, await run.RecordClusterAsync(client, cancellationToken));
        var allKept = verdicts.TakeOver();
        var reaping = allKept ? Task.CompletedTask : ReapAsync(cancellationToken);
        try
        {
            await run.EnsurePrerequisitesAsync(client, cancellationToken, apply: !allKept);
            var passed = await run.EachAsync(client, kontrakt => kontrakt is { State: >= RunState.Resolved, Cached: null },
                (kontrakt, token) => RunOneAsync(kontrakt, verdicts, token), cancellationToken);
            return passed && await run.PushAsync(cancellationToken);
        }
        finally
        {
            await Task.WhenAll(_closing);
            await reaping;
        }
    }

    private async Task<bool> RunOneAsync(KontraktRun kontrakt, KeptVerdicts verdicts, CancellationToken cancellationToken)
    {
        var passed = false;
        try
        {
            passed = await kontrakt.RunAsync(before: null, cancellationToken);
            verdicts.Keep(kontrakt.Record);
            return passed;
        }
        finally
        {
            _closing.Add(CloseAsync(kontrakt, failed: !passed && !cancellationToken.IsCancellationRequested));
        }
    }

    private static async Task CloseAsync(KontraktRun kontrakt, bool failed)
    {
        using (kontrakt)
            await kontrakt.CloseAsync(failed);
    }

    /// <summary>What other runs left; whatever goes wrong there is not this run's business.</summary>
    private async Task ReapAsync(CancellationToken cancellationToken)
    {
        try
        {
            await new Reaper(client, run.Settings, run.Log).ReapAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The next run reaps.
        }
        catch (Exception e) when (e is KubernetesException or KontraktException)
        {
            run.Log.Report(new RunEvent.Detail($"leftovers of earlier runs were not looked for: {e.Message}"));
        }
    }
}
