using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Client;

/// <summary>What kinds the server has. A single kind costs one request for its group and version.</summary>
internal static class Discovery
{
    // Newest first; a server that knows none of the aggregated forms (before 1.26) answers with the last.
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    /// <summary>The kind's resource; null when the server has no such group, version or kind.</summary>
    public static async Task<ApiResource?> FindAsync(RequestSender sender, GroupVersionKind kind, CancellationToken cancellationToken) =>
        (await VersionAsync(sender, kind.Group, kind.Version, cancellationToken)).Resources.FirstOrDefault(resource => resource.Kind == kind);

    /// <summary>All resources: two requests where the server aggregates them, else one for each group and version.</summary>
    public static Task<DiscoveredApis> AllAsync(RequestSender sender, CancellationToken cancellationToken) =>
        sender.Transport.Knowledge.Apis.GetAsync("", async token =>
        {
            var broken = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
            var core = await RootAsync(sender, "/api", broken, token);
            var groups = await RootAsync(sender, "/apis", broken, token);
            return new(Preferred([.. core, .. groups]), broken);
        }, cancellationToken);

    private static Task<ResourceList> VersionAsync(RequestSender sender, string group, string version, CancellationToken cancellationToken) =>
        sender.Transport.Knowledge.Resources.GetAsync($"{group}/{version}", async token =>
        {
            if (version.Length == 0)
                return ResourceList.None;
            try
            {
                return ResourceList.Parse(group, version, await sender.ReadAsync(ApiRequest.Get(ApiPaths.Version(group, version)), token));
            }
            catch (KubernetesException e) when (e.IsNotFound)
            {
                return ResourceList.None;
            }
        }, cancellationToken);

    private static async Task<IEnumerable<ApiResource>> RootAsync(RequestSender sender, string path, ConcurrentDictionary<string, string> broken, CancellationToken cancellationToken)
    {
        var body = new KubernetesObject((await sender.ReadAsync(ApiRequest.Get(path) with { Accept = Aggregated }, cancellationToken)).AsObject());
        if (body.Kind == "APIGroupDiscoveryList")
            return ResourceList.ParseAggregated(body, broken);
        var versions = body.Kind == "APIVersions"
            ? (body.At("versions") as JsonArray ?? []).Select(version => ("", version?.ToString() ?? ""))
            : body.Items("groups").Select(group => new KubernetesObject(group)).SelectMany(Versions);
        var lists = await Task.WhenAll(versions.Select(version => TryVersionAsync(sender, version.Item1, version.Item2, broken, cancellationToken)));
        return lists.SelectMany(list => list.Resources);
    }

    private static async Task<ResourceList> TryVersionAsync(RequestSender sender, string group, string version, ConcurrentDictionary<string, string> broken, CancellationToken cancellationToken)
    {
        try
        {
            // A service that is down answers 503 for as long as it is: not worth the budget that a real request has.
            return await VersionAsync(sender.Impatient(), group, version, cancellationToken);
        }
        catch (KubernetesException e) when (!e.IsConnectionFailure)
        {
            broken[$"{group}/{version}"] = e.Message;
            return ResourceList.None;
        }
    }

    // The preferred version first: where two versions have a resource, the first one counts.
    private static IEnumerable<(string, string)> Versions(KubernetesObject group)
    {
        var preferred = group.Text("preferredVersion", "version");
        return group.Items("versions")
            .Select(version => version["version"]?.ToString() ?? "")
            .OrderBy(version => version == preferred ? 0 : 1)
            .Select(version => (group.Text("name"), version));
    }

    private static List<ApiResource> Preferred(IEnumerable<ApiResource> resources) =>
        [.. resources.DistinctBy(resource => (resource.Kind.Group, resource.Plural))];
}

/// <summary>Everything a server serves, each resource in its group's preferred version.</summary>
/// <param name="Broken">Groups and versions that could not be asked, with the reason: an aggregated API whose service is down.</param>
public sealed record DiscoveredApis(IReadOnlyList<ApiResource> Resources, IReadOnlyDictionary<string, string> Broken);
