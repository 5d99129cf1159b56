using System.Collections.Concurrent;
using System.Net;
using Kontrakt.Diagnostics;
using Kontrakt.Clusters;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>
/// Gathers what must never be shown: the Secrets of the namespace and of the manifests, and the account's token. What it has seen stays known: a pod may still
/// print a Secret that was deleted or changed, or that nobody may read any more since the namespace is being deleted.
/// </summary>
internal sealed class NamespaceSecrets
{
    private readonly ConcurrentDictionary<(string Uid, string Version), KubernetesObject> _seen = [];
    private readonly ConcurrentDictionary<string, KubernetesObject> _ofManifests = new(StringComparer.Ordinal);

    /// <summary>Takes out what there is now, and what there was.</summary>
    public async Task<Redactor> RedactorAsync(Lease lease, KontraktManifests manifests, CancellationToken cancellationToken)
    {
        // A pipeline's account may have no right to read them; that of the lease has, and may be gone already.
        if (!await TryReadAsync(lease.Caller, lease.Namespace, cancellationToken))
            await TryReadAsync(lease.Account, lease.Namespace, cancellationToken);
        foreach (var item in manifests.Objects.Select(manifest => manifest.Object).Where(item => item is { ApiVersion: "v1", Kind: "Secret" }))
            _ofManifests[item.Json.ToJsonString()] = item;
        string[] tokens = [.. new[] { lease.Account, lease.Caller }.Select(client => (client.Connection.Identity as ClusterIdentity.Token)?.Value).OfType<string>()];
        return Redactor.For([.. _ofManifests.Values, .. _seen.Values], tokens, lease.Namespace, lease.Kontrakt);
    }

    /// <returns>False: it may not. The manifests' own Secrets are known without.</returns>
    private async Task<bool> TryReadAsync(ClusterClient client, string ns, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var secret in client.ListAsync(ApiResource.Secrets, new(ns), cancellationToken))
                _seen[(secret.Uid, secret.ResourceVersion)] = secret;
            return true;
        }
        catch (KubernetesException e) when (e.Code is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
        {
            return false;
        }
    }
}
