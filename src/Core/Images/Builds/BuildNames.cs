using System.Net;
using Kontrakt.Clusters;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Images.Builds;

/// <summary>One registry path by its three names: this machine's, the nodes' and the pods'.</summary>
/// <param name="Repository">KO_DOCKER_REPO.</param>
/// <param name="OfNodes">The same place as the cluster's nodes pull from it (KontraktPullRepository).</param>
/// <param name="OfPods">The same place as its pods push to it (KontraktBuildRepository).</param>
/// <param name="InsecureHosts">Registries that speak plain HTTP, by the names pods know, besides loopback.</param>
public sealed record BuildNames(string Repository, string OfNodes, string OfPods, IReadOnlyList<string> InsecureHosts)
{
    /// <summary>Whether pods reach this registry and no other.</summary>
    public bool AreAllThereIs { get; init; }

    /// <summary>Whether this registry gives a build a token of its own: the embedded engine's, which pods only pull from without one.</summary>
    public bool GivesTokens { get; init; }

    /// <summary>Whether pods of builds have the engine's proxy in their variables, and reach the outside by it alone.</summary>
    public bool HasProxy { get; init; }

    /// <summary>An image, by this machine's name, as a pod's spec has to name it.</summary>
    public string OnNodes(ImageReference image) => RepositoryNames.Replace(image.ToString(), Repository, OfNodes);

    /// <summary>An image, by this machine's name, as a program in a pod has to name it.</summary>
    /// <exception cref="KontraktException">It is a loopback name, which is the pod itself there.</exception>
    public string InPods(ImageReference image, SourceLocation? place)
    {
        var name = RepositoryNames.Replace(image.ToString(), Repository, OfPods);
        var host = name.Split('/')[0];
        return IsLoopback(host) ? throw Ktr.BuildRegistryLoopback.Error(place, image.Name, host) : name;
    }

    /// <summary>A registry's host by this machine's name, as pods know it: another one only for that of <see cref="Repository"/>.</summary>
    public string HostInPods(string host) => host == Host(Repository) ? Host(OfPods) : host;

    /// <summary>Whether pods speak plain HTTP with a registry.</summary>
    /// <param name="host">By the pods' name.</param>
    public bool IsInsecure(string host) => InsecureHosts.Contains(host, StringComparer.OrdinalIgnoreCase) || (host == Host(OfPods) && (IsLoopback(Host(Repository)) || InsecureHosts.Contains(Host(Repository), StringComparer.OrdinalIgnoreCase)));

    internal static string Host(string repository) => repository.Split('/')[0];

    /// <summary>Also the names below localhost (RFC 6761, section 6.3): loopback, too.</summary>
    internal static bool IsLoopback(string host) =>
        RegistryHosts.IsLoopback(host) || host.Split(':')[0].EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Finds the names of KO_DOCKER_REPO: by the settings, else by what the cluster says of a registry of this machine (KEP-1755), else the same name.</summary>
internal static class BuildNamesLookup
{
    private static readonly ResourceName Hosting = new(ApiResource.ConfigMaps, "kube-public", "local-registry-hosting");

    /// <exception cref="KontraktException">KTR1009: there is no repository.</exception>
    public static async Task<BuildNames> FindAsync(KontraktSettings settings, ClusterAccess cluster, ClusterClient client, CancellationToken cancellationToken)
    {
        var repository = await cluster.RepositoryAsync(cancellationToken) ?? throw Ktr.RepositoryMissing.Error(null);
        var nodes = settings.PullRepository ?? repository;
        // The engine's pods are on a network of their own.
        var onEngine = client.Connection.Name == EngineHandshake.Context;
        var told = settings.BuildRepository is null || onEngine ? await ToldAsync(repository, client, cancellationToken) : null;
        return new(repository, nodes, settings.BuildRepository ?? told ?? nodes, settings.InsecureRegistries) { AreAllThereIs = onEngine, GivesTokens = onEngine && told is not null, HasProxy = onEngine && BuildNamespaceIsOwn(settings) };
    }

    /// <summary>A namespace that exists has what its owner gave it.</summary>
    private static bool BuildNamespaceIsOwn(KontraktSettings settings) => settings.BuildNamespace is null && settings.Namespace is null;

    /// <summary>A registry of this machine, as pods name it and as this machine does; null where the cluster says nothing of one.</summary>
    public static async Task<(string OfPods, string Here)?> HostedAsync(ClusterClient client, CancellationToken cancellationToken) =>
        await TextAsync(client, cancellationToken) is { } text ? Hosts(text) : null;

    private static async Task<string?> ToldAsync(string repository, ClusterClient client, CancellationToken cancellationToken) =>
        await TextAsync(client, cancellationToken) is { } text ? Read(text, repository) : null;

    private static async Task<string?> TextAsync(ClusterClient client, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.FindAsync(Hosting, cancellationToken))?.Text("data", "localRegistryHosting.v1");
        }
        catch (KubernetesException e) when (e.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            return null; // Whoever may not read it has to set KontraktBuildRepository.
        }
    }

    /// <summary>The repository by the name that holds in the cluster's network; null where the text is of another registry, or says nothing of it.</summary>
    internal static string? Read(string text, string repository) =>
        Hosts(text) is var (ofPods, here) && RepositoryNames.IsBelow(repository, here) ? RepositoryNames.Replace(repository, here, ofPods) : null;

    private static (string OfPods, string Here)? Hosts(string text)
    {
        if (text.Length == 0)
            return null;
        try
        {
            var told = YamlFile.Parse("local-registry-hosting", text).Documents is [var first, ..] ? first : null;
            string? Value(string key) => told?.At(key) is YamlScalar { Value.Length: > 0 } scalar ? scalar.Value : null;
            return Value("hostFromClusterNetwork") is { } host && Value("host") is { } known ? (host, known) : null;
        }
        catch (YamlSyntaxException)
        {
            return null;
        }
    }
}
