using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>Sees to it that pods reach a build's base images; where they reach only the run's own registry (the embedded engine), by copies there.</summary>
internal static class BaseCopies
{
    private const string Folder = "bases";

    /// <summary>Copies what does not exist yet and has to be; where the copies are, as pods name it, by the registry that they are from.</summary>
    /// <exception cref="KontraktException">An image that cannot be read, or that pods cannot reach, at its place; all of them.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> BringAsync(IReadOnlyCollection<UsedImage> used, BuildNames names, BuildSite site, CancellationToken cancellationToken)
    {
        if (names.AreAllThereIs)
            return await MakeAsync(used, names, site, cancellationToken);
        KontraktException.ThrowIfAny([.. used.Where(each => BuildNames.IsLoopback(names.HostInPods(each.Image.Registry)))
            .Select(each => Ktr.BuildRegistryLoopback.At(each.Location, each.Image, each.Image.Registry))]);
        return new Dictionary<string, string>();
    }

    private static async Task<IReadOnlyDictionary<string, string>> MakeAsync(IReadOnlyCollection<UsedImage> used, BuildNames names, BuildSite site, CancellationToken cancellationToken)
    {
        var places = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var problems = new List<Diagnostic>();
        foreach (var (image, platform, location) in used.Where(each => !IsOwn(each.Image, names)).DistinctBy(each => each.Image))
        {
            var folder = $"{Folder}/{image.Registry.Replace(':', '-')}";
            places[image.Registry] = $"{names.OfPods}/{folder}";
            try
            {
                await CopyAsync(image, ImageReference.Parse($"{names.Repository}/{folder}/{image.Repository}"), platform, site, cancellationToken);
            }
            catch (RegistryException e)
            {
                problems.Add(RegistryProblems.Reading(e, image.ToString(), location));
            }
        }
        KontraktException.ThrowIfAny(problems);
        return places;
    }

    private static bool IsOwn(ImageReference image, BuildNames names) => image.Registry == BuildNames.Host(names.Repository) || image.Registry == BuildNames.Host(names.OfPods);

    /// <summary>Of several platforms the one that is built for, unless the image is named by the digest of them all.</summary>
    private static async Task CopyAsync(ImageReference image, ImageReference place, string? platform, BuildSite site, CancellationToken cancellationToken)
    {
        var (source, destination) = (image, place.WithTag(image.Digest is null ? image.Tag ?? "latest" : image.Tag).WithDigest(image.Digest));
        if (image.Digest is null && await site.Registry.GetManifestAsync(image, cancellationToken) is { IsIndex: true } index && ImageIndex.Parse(index).Find(PlatformArguments.Parse(platform)) is { } one)
            source = image.WithTag(null).WithDigest(one.Digest);
        var copy = await ImageCopier.CopyAsync(site.Registry, source, destination, cancellationToken);
        if (copy.BlobsMoved > 0)
            site.Log.Report(new RunEvent.Progress($"copied {image} to {destination}, where builds reach it"));
    }
}

/// <summary>Another image that a build takes something from, wherever that is written: in a Dockerfile, or in an argument of a template.</summary>
/// <param name="Image">By the name that is written there.</param>
/// <param name="Platform">os/arch[/variant] of which it is wanted; null for the executor's own.</param>
/// <param name="Location">Where it is written.</param>
internal sealed record UsedImage(ImageReference Image, string? Platform, SourceLocation? Location);
