using System.Collections.Concurrent;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>
/// All kontrakts of a run, concurrently, each from lease to verdict. Deleting goes on in the background while others run and while the targets
/// are pushed, and is always waited for, also when the run is cancelled.
/// </summary>
internal sealed class WholeRun(KubernetesClient client, KontraktSettings settings, IRunLog log, RunStore store)
{
    private readonly ConcurrentBag<Task> _closing = [];

    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var kind = await ClusterKind.AskAsync(client, cancellationToken);
        store.Update(record => record with { Cluster = new(client.Connection.Name, client.Connection.Server.ToString()) { Kind = kind } });
        var verdicts = new KeptVerdicts(settings, log, store, kind);
        var reaping = verdicts.TakeOver() ? Task.CompletedTask : ReapAsync(cancellationToken);
        try
        {
            var passed = await KontraktRun.EachAsync(client, settings, log, store, kontrakt => kontrakt is { State: >= RunState.Resolved, Cached: null },
                (kontrakt, token) => RunOneAsync(kontrakt, verdicts, token), cancellationToken);
            return passed && await new PushStep(settings, log, store).PushAsync(cancellationToken);
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
            passed = await kontrakt.RunAsync(cancellationToken);
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
            await Reaper.ReapAsync(client, settings, log, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The next run reaps.
        }
        catch (Exception e) when (e is KubernetesException or KontraktException)
        {
            log.Report(new RunEvent.Detail($"leftovers of earlier runs were not looked for: {e.Message}"));
        }
    }
}
