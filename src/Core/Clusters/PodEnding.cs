using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters;

/// <summary>
/// Ends the pods of a namespace that is being deleted, so that the deletion takes the few seconds it must and not the pods' grace periods. In such a
/// namespace no pod is made again. First every pod gets a second to end. Then, as soon as its node says that none of its containers runs
/// any more, its object is removed: kubelets take up to 10 s more for that.
/// </summary>
internal sealed class PodEnding(ClusterClient account, string ns)
{
    private readonly HashSet<string> _left = new(StringComparer.Ordinal);

    /// <summary>Ends when no pod is left; whether there was one.</summary>
    /// <exception cref="KubernetesException">The account has lost its rights, as it does when the deletion is quicker.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        bool synced = false, met = false;
        await foreach (var change in account.WatchAsync(ApiResource.Pods, new(ns), cancellationToken))
        {
            synced |= change.Type == WatchEventType.Synced;
            if (change is { Type: WatchEventType.Deleted, Object: { } gone })
                _left.Remove(gone.Uid);
            else if (change.Object is { } pod)
            {
                met = true;
                await EndAsync(pod, cancellationToken);
            }
            if (synced && _left.Count == 0)
                return met;
        }
        return met;
    }

    private async Task EndAsync(KubernetesObject pod, CancellationToken cancellationToken)
    {
        var told = !_left.Add(pod.Uid);
        var stopped = pod.At("metadata", "deletionTimestamp") is not null && !Statuses(pod).Any(IsRunning);
        if (told && !stopped)
            return;
        await account.DeleteAsync(new(ApiResource.Pods, ns, pod.Name), new() { Uid = pod.Uid, GracePeriodSeconds = stopped ? 0 : 1 }, cancellationToken);
    }

    private static IEnumerable<JsonObject> Statuses(KubernetesObject pod) =>
        pod.Items("status", "initContainerStatuses").Concat(pod.Items("status", "containerStatuses"));

    private static bool IsRunning(JsonObject status) => KubernetesObject.At(status, "state", "running") is not null;
}
