using System.Net;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters;

/// <summary>
/// Waits until pods can be created in a lease's namespace: the accounts "default" (made by a controller) and the lease's own exist, and,
/// before Kubernetes 1.21, have their token secrets, without which the server refuses their pods.
/// </summary>
internal sealed class AccountsReady(ClusterClient caller, LeasePlan plan)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        var needsSecrets = await caller.GetVersionAsync(cancellationToken) is { Major: 1, Minor: < 21 };
        var waiting = plan.Created ? new HashSet<string>(StringComparer.Ordinal) { "default", plan.ServiceAccount } : [plan.ServiceAccount];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            await foreach (var change in caller.WatchAsync(ApiResource.ServiceAccounts, new(plan.Namespace), limit.Token))
            {
                if (change.Object is { } account && change.Type != WatchEventType.Deleted && (!needsSecrets || account.Items("secrets").Any()))
                    waiting.Remove(account.Name);
                if (waiting.Count == 0)
                    return true;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Said below.
        }
        throw new KubernetesException(
            $"the service account '{string.Join("', '", waiting.Order(StringComparer.Ordinal))}' was not ready within {Longest.TotalSeconds:0} s; does the cluster's controller manager run?",
            HttpStatusCode.Conflict, "Timeout", []);
    }
}
