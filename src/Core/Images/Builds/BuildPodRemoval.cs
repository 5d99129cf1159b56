using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Images.Builds;

/// <summary>Removes a build's pod and its credentials, in time of its own: also after a cancelled or failed build.</summary>
internal sealed class BuildPodRemoval(BuildPlace place, string podName, bool hasSecret, IRunLog log)
{
    /// <summary>For a node to end what still runs.</summary>
    private static readonly TimeSpan ForTheNode = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ForTheCluster = TimeSpan.FromSeconds(30);

    private readonly ResourceName _pod = new(ApiResource.Pods, place.Namespace, podName);

    public async Task RunAsync()
    {
        using var limit = new CancellationTokenSource(ForTheCluster);
        try
        {
            if (hasSecret)
                await place.Client.DeleteAsync(new(ApiResource.Secrets, place.Namespace, podName), new(), limit.Token);
            await RemovePodAsync(limit.Token);
        }
        catch (Exception e) when (e is KubernetesException or OperationCanceledException)
        {
            log.Report(new RunEvent.Detail($"the pod '{podName}' of the namespace '{place.Namespace}' could not be deleted ({e.Message}); a later build removes it"));
        }
    }

    /// <summary>A pod that has ended goes at once; of one that runs, the node first ends the containers, so that nothing is pushed by what is gone.</summary>
    private async Task RemovePodAsync(CancellationToken cancellationToken)
    {
        if (await place.Client.FindAsync(_pod, cancellationToken) is not { } found)
            return;
        var ended = found.Text("status", "phase") is "Succeeded" or "Failed";
        if (!ended)
        {
            await place.Client.DeleteAsync(_pod, new() { Uid = found.Uid, GracePeriodSeconds = 1 }, cancellationToken);
            if (await IsGoneAsync(found.Uid, cancellationToken))
                return;
        }
        await place.Client.DeleteAsync(_pod, new() { Uid = found.Uid, GracePeriodSeconds = 0 }, cancellationToken);
    }

    private async Task<bool> IsGoneAsync(string uid, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ForTheNode);
        try
        {
            var there = false;
            await foreach (var change in place.Client.WatchAsync(ApiResource.Pods, new(place.Namespace) { FieldSelector = $"metadata.name={podName}" }, limit.Token))
            {
                there |= change.Object?.Uid == uid;
                if (change.Type == WatchEventType.Deleted || (change.Type == WatchEventType.Synced && !there))
                    return true;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The node takes longer; the object goes without it.
        }
        return false;
    }
}
