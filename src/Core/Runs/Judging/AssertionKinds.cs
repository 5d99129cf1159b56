using System.Net;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;
using Kontrakt.Manifests;
using Kontrakt.Runs.Applying;

namespace Kontrakt.Runs;

/// <summary>What the server knows about the kinds that assertions name, each in the version in which it is named.</summary>
internal sealed class AssertionKinds(ClusterClient client, string ns)
{
    /// <summary>The kind's resource; else why an assertion on it cannot be checked, at its line.</summary>
    public async Task<(ApiResource? Resource, Diagnostic? Problem)> FindAsync(Manifest assertion, CancellationToken cancellationToken)
    {
        var kind = assertion.Object.GroupVersionKind;
        if (await client.FindResourceAsync(kind, cancellationToken) is not { } resource)
            return (null, await KindSuggestions.UnknownAsync(client, assertion, cancellationToken));
        if (!resource.Namespaced)
            return (null, Ktr.ClusterScoped.At(assertion.Locate("kind"), assertion.Subject));
        if (resource.Verbs.Count == 0 || (resource.Verbs.Contains("list") && resource.Verbs.Contains("watch")))
            return (resource, null);
        return (null, Unusable(assertion, await WhyNotAsync(resource, cancellationToken) ?? "the API server can neither list nor watch it"));
    }

    /// <summary>What the server's schema says of the kind; null where it says nothing, or does not show its schema to everybody.</summary>
    public async Task<ValueSchema?> SchemaAsync(ApiResource resource, CancellationToken cancellationToken)
    {
        try
        {
            return await client.FindSchemaAsync(resource.Kind, cancellationToken);
        }
        catch (KubernetesException e) when (e.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public static Diagnostic Unusable(Manifest assertion, string why) => Ktr.AssertionUnusable.At(assertion.Locate("kind"), assertion.Object.Kind, why.TrimEnd('.'));

    /// <summary>
    /// Why the kind cannot be listed: the caller may not, or the server has it in its discovery and does not serve it. Null where it can.
    /// </summary>
    public async Task<string?> WhyNotAsync(ApiResource resource, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in client.ListAsync(resource, new(ns) { PageSize = 1 }, cancellationToken))
                break;
            return null;
        }
        catch (KubernetesException e) when (e.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            return e.Message;
        }
    }
}
