using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

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
