using System.Net;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters;

/// <summary>Creates objects whose names are a run's own, so that after a lost connection it can be tried again: what is then there already is ours.</summary>
internal static class Creation
{
    private const int Attempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task CreateAsync(ClusterClient caller, ApiResource resource, string? ns, KubernetesObject body, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await caller.CreateAsync(resource, ns, body, cancellationToken);
                return;
            }
            catch (KubernetesException e) when (attempt > 1 && e is { Code: HttpStatusCode.Conflict, Reason: "AlreadyExists" })
            {
                return;
            }
            catch (KubernetesException e) when (attempt < Attempts && e.IsTransient)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }
}
