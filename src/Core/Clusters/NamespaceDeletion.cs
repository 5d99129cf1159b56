using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters;

/// <summary>Deletes a namespace that a run made, and follows it to its end.</summary>
internal sealed class NamespaceDeletion(ClusterClient caller, string name)
{
    private static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ForLooking = TimeSpan.FromSeconds(10);
    private readonly ResourceName resource = new(ApiResource.Namespaces, null, name);

    /// <summary>Deletes and waits; null when the namespace is gone, else what is in the way when the limit ended the waiting.</summary>
    /// <exception cref="KubernetesException">The cluster refused the deletion, or did not answer until the limit.</exception>
    /// <param name="account">The lease's account, to end its pods sooner than their grace periods; what they had to say has been read by now. Null: they take their time.</param>
    public async Task<string?> RunAsync(string runId, ClusterClient? account, CancellationToken limit)
    {
        string? uid = null;
        try
        {
            if ((uid = await StartAsync(runId, limit)) is not null)
            {
                using var gone = CancellationTokenSource.CreateLinkedTokenSource(limit);
                var hurrying = account is null ? Task.CompletedTask : HurryAsync(uid, account, gone.Token);
                try
                {
                    await WaitAsync(limit);
                }
                finally
                {
                    await gone.CancelAsync();
                    await hurrying;
                }
            }
            return null;
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            if (uid is null)
                throw new KubernetesException("the cluster did not answer in time", null, "", [], inner: e);
            using var looking = new CancellationTokenSource(ForLooking);
            return await new Blockage(caller, name).DescribeAsync(looking.Token);
        }
    }

    /// <summary>Asks for the deletion; the namespace's uid, or null when there is nothing to delete.</summary>
    public async Task<string?> StartAsync(string runId, CancellationToken cancellationToken)
    {
        if (await caller.FindAsync(resource, cancellationToken) is not { } found)
            return null;
        if (found.Labels.GetValueOrDefault(LeaseLabels.Run) != LeaseNames.LabelValue(runId))
            throw new KubernetesException($"the namespace '{name}' is not of run '{runId}' (its label {LeaseLabels.Run} says otherwise), so it is left alone", HttpStatusCode.Conflict, "Conflict", []);
        return await caller.DeleteAsync(resource, new() { Uid = found.Uid }, cancellationToken) ? found.Uid : null;
    }

    /// <summary>Ends the pods, as the lease's account while it has its rights (the deletion takes them at some time), then as the caller, where that may.</summary>
    private async Task HurryAsync(string uid, ClusterClient account, CancellationToken gone)
    {
        foreach (var client in new[] { account, caller })
        {
            try
            {
                if (await new PodEnding(client, name).RunAsync(gone))
                    await LookAgainAsync(uid, gone);
                return;
            }
            catch (Exception e) when (e is KubernetesException || (e is OperationCanceledException && gone.IsCancellationRequested))
            {
                // The next one tries. After the last, the namespace's own deletion ends them as well, only later.
            }
        }
    }

    /// <summary>
    /// A namespace controller that has met a pod looks again only after half of the pod's grace period, whenever the pod goes; but it looks at every
    /// namespace that was changed, 5 s later.
    /// </summary>
    private async Task LookAgainAsync(string uid, CancellationToken cancellationToken) =>
        await caller.MergePatchAsync(resource, new()
        {
            ["metadata"] = new JsonObject { ["uid"] = uid, ["annotations"] = new JsonObject { [LeaseLabels.PodsEnded] = LeaseLabels.Write(DateTimeOffset.UtcNow) } },
        }, cancellationToken);

    private async Task WaitAsync(CancellationToken limit)
    {
        try
        {
            await WatchAsync(limit);
        }
        catch (KubernetesException e) when (e.Code == HttpStatusCode.Forbidden)
        {
            // To watch namespaces is a right of its own, which those who may only create and delete them lack: they have to look again.
            while (await caller.FindAsync(resource, limit) is not null)
                await Task.Delay(PollPause, limit);
        }
    }

    private async Task WatchAsync(CancellationToken limit)
    {
        var there = false;
        await foreach (var change in caller.WatchAsync(ApiResource.Namespaces, new(null) { FieldSelector = $"metadata.name={name}" }, limit))
        {
            there |= change.Type is WatchEventType.Added or WatchEventType.Modified;
            if (change.Type == WatchEventType.Deleted || (change.Type == WatchEventType.Synced && !there))
                return;
        }
    }
}
