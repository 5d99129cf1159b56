using System.Net;
using Kontrakt.Clusters;
using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>Gathers what must never be shown: the Secrets of the namespace and of the manifests, and the account's token.</summary>
internal static class NamespaceSecrets
{
    public static async Task<Redactor> RedactorAsync(Lease lease, KontraktManifests manifests, CancellationToken cancellationToken)
    {
        var secrets = manifests.Objects.Select(manifest => manifest.Object).Where(item => item is { ApiVersion: "v1", Kind: "Secret" }).ToList();
        // A pipeline's account may have no right to read them; that of the lease has, and may be gone already.
        if (!await TryReadAsync(lease.Caller, lease.Namespace, secrets, cancellationToken))
            await TryReadAsync(lease.Account, lease.Namespace, secrets, cancellationToken);
        string[] tokens = [.. new[] { lease.Account, lease.Caller }.Select(client => (client.Connection.Identity as ClusterIdentity.Token)?.Value).OfType<string>()];
        return Redactor.For(secrets, tokens, lease.Namespace, lease.Kontrakt);
    }

    /// <returns>False: it may not. The manifests' own Secrets are known without.</returns>
    private static async Task<bool> TryReadAsync(ClusterClient client, string ns, List<KubernetesObject> secrets, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var secret in client.ListAsync(ApiResource.Secrets, new(ns), cancellationToken))
                secrets.Add(secret);
            return true;
        }
        catch (KubernetesException e) when (e.Code is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
        {
            return false;
        }
    }
}
