using Kontrakt.Images.Builds;
using Kontrakt.Oci.Names;
using Kontrakt.Settings;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>How a build reaches its base images and the place it pushes to.</summary>
/// <param name="Bases">By the names that the Dockerfile comes to.</param>
/// <param name="Copied">Where copies of other registries' images are, as pods name it, by registry; see <see cref="BaseCopies"/>.</param>
internal sealed record KanikoRegistries(BuildNames Names, IReadOnlyList<ImageReference> Bases, IReadOnlyDictionary<string, string> Copied)
{
    /// <summary>What the Dockerfile calls a registry, and where its images are for pods; only where that is another place.</summary>
    private IEnumerable<(string Registry, string Place)> Maps =>
        from host in Bases.Select(image => image.Registry).Distinct(StringComparer.OrdinalIgnoreCase)
        let place = Copied.GetValueOrDefault(host, Names.HostInPods(host))
        where place != host
        select (host == "docker.io" ? "index.docker.io" : host, place);

    /// <summary>What the executor has to know about registries.</summary>
    /// <param name="image">What it pushes.</param>
    /// <param name="others">Registries, by the pods' names, that it may meet besides.</param>
    public IEnumerable<string> Arguments(ImageReference image, IEnumerable<string> others, KontraktSettings settings) =>
    [
        .. Insecure(image, settings.RegistryMirrors).Concat(others.Where(Names.IsInsecure)).Distinct(StringComparer.OrdinalIgnoreCase).Select(host => $"--insecure-registry={host}"),
        .. settings.RegistryMirrors.Select(mirror => $"--registry-mirror={mirror}"),
        .. Maps.Select(map => $"--registry-map={map.Registry}={map.Place}"),
    ];

    /// <summary>The registries that pods speak to in plain HTTP.</summary>
    private IEnumerable<string> Insecure(ImageReference image, IEnumerable<string> mirrors) =>
        Bases.Select(each => Copied.GetValueOrDefault(each.Registry, Names.HostInPods(each.Registry))).Append(Names.HostInPods(image.Registry)).Concat(mirrors)
            .Select(BuildNames.Host).Distinct(StringComparer.OrdinalIgnoreCase).Where(Names.IsInsecure);
}
