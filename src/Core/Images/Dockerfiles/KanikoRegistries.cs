using Kontrakt.Images.Builds;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>How a build reaches the images it stands on and the place it pushes to.</summary>
/// <param name="Bases">By this machine's names.</param>
/// <param name="Copied">Where copies of other registries' images are, as pods name it, by registry; see <see cref="BaseCopies"/>.</param>
internal sealed record KanikoRegistries(BuildNames Names, IReadOnlyList<ImageReference> Bases, IReadOnlyDictionary<string, string> Copied)
{
    /// <summary>What the Dockerfile calls a registry, and where its images are for pods; only where that is another place.</summary>
    public IEnumerable<(string Registry, string Place)> Maps =>
        from host in Bases.Select(image => image.Registry).Distinct(StringComparer.OrdinalIgnoreCase)
        let place = Copied.GetValueOrDefault(host, Names.HostInPods(host))
        where place != host
        select (host == "docker.io" ? "index.docker.io" : host, place);

    /// <summary>The registries that pods speak to in plain HTTP.</summary>
    public IEnumerable<string> Insecure(ImageReference image, IEnumerable<string> mirrors) =>
        Bases.Select(each => Copied.GetValueOrDefault(each.Registry, Names.HostInPods(each.Registry))).Append(Names.HostInPods(image.Registry)).Concat(mirrors)
            .Select(BuildNames.Host).Distinct(StringComparer.OrdinalIgnoreCase).Where(Names.IsInsecure);
}
