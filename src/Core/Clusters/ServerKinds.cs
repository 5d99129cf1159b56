using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters;

/// <summary>Every kind a server has, from its own discovery; each group in its preferred version.</summary>
internal static class ServerKinds
{
    /// <summary>Kinds whose objects can be listed and deleted in a namespace; events are left out, which nobody applies and the server expires.</summary>
    public static async Task<IReadOnlyList<ApiResource>> DeletableAsync(ClusterClient client, CancellationToken cancellationToken) =>
        [.. (await ListAsync(client, cancellationToken)).Where(kind => kind is { Namespaced: true, Plural: not "events" } && kind.Verbs.Contains("list") && kind.Verbs.Contains("delete"))];

    public static async Task<IReadOnlyList<ApiResource>> ListAsync(ClusterClient client, CancellationToken cancellationToken) =>
        (await client.DiscoverAsync(cancellationToken)).Resources;
}
