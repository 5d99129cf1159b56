using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Runs;

/// <summary>Where what a run left is deleted: on its own cluster. On another one nothing would be found, and that would look as if it had been deleted.</summary>
internal sealed class RunDeletion(OpenRun run)
{
    /// <summary>The run's own cluster; null where all has gone with an engine, which is reported and recorded.</summary>
    /// <exception cref="KontraktException">KTR3045: another cluster is named, or the run's own cannot be reached.</exception>
    public async Task<ClusterClient?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var own = await OwnCluster.OpenAsync(run, cancellationToken);
            if (own is { Client: null, Other: { } other })
                throw new KontraktException([NotDeleted(other)]);
            if (own.Client is null)
                RecordGone();
            return own.Client;
        }
        catch (KontraktException e) when (run.Record.Cluster is not null && (e.Is(Ktr.ClusterUnreachable) || e.Is(Ktr.EngineGone) || e.Is(Ktr.KubeConfigInvalid)))
        {
            throw new KontraktException([NotDeleted(e.Diagnostics[0].Message.TrimEnd('.'))], e);
        }
    }

    private Diagnostic NotDeleted(string why)
    {
        var was = run.Record.Cluster;
        return Ktr.OtherCluster.At(null, run.Id, was?.Name, was?.Server, why, $"kontrakt delete --run {run.Id}{(was is null ? "" : $" {OwnCluster.Options(was)}")}", run.Store.Folder);
    }

    private void RecordGone()
    {
        foreach (var kontrakt in run.Record.Kontrakts)
            if (kontrakt.Namespace is { Deleted: false } ns)
                run.Log.Report(new RunEvent.KontraktProgress(kontrakt.Name, $"the namespace '{ns.Name}' is gone with the embedded engine, which has ended since"));
        run.Store.Update(record => record with
        {
            Kontrakts = [.. record.Kontrakts.Select(kontrakt => kontrakt.Namespace is { } ns ? kontrakt with { Namespace = ns with { Deleted = true } } : kontrakt)],
        });
    }
}
