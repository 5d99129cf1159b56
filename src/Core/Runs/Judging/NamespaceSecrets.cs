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
        try
        {
            await foreach (var secret in lease.Caller.ListAsync(ApiResource.Secrets, new(lease.Namespace), cancellationToken))
                secrets.Add(secret);
        }
        catch (KubernetesException e) when (e.Code == HttpStatusCode.Forbidden)
        {
            // In a namespace of someone else's; the manifests' own Secrets are known without.
        }
        string[] tokens = [.. new[] { lease.Account, lease.Caller }.Select(client => (client.Connection.Identity as ClusterIdentity.Token)?.Value).OfType<string>()];
        return Redactor.For(secrets, tokens, lease.Namespace, lease.Kontrakt);
    }
}
