using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>The images that a build stands on.</summary>
/// <param name="Images">By the names that the Dockerfile gives.</param>
/// <param name="Digests">What each is in its registry now, a line each; null where one could not be asked for from here, though a pod may have it.</param>
internal sealed record BaseDigests(IReadOnlyList<ImageReference> Images, IReadOnlyList<string>? Digests)
{
    /// <exception cref="KontraktException">A name that is none (KTR2015); all of them.</exception>
    public static async Task<BaseDigests> ResolveAsync(IReadOnlyList<BaseImage> bases, BuildSite site, CancellationToken cancellationToken)
    {
        var images = bases.Select(image => Parse(image)).ToList();
        var found = await Task.WhenAll(images.Distinct().Select(image => ResolveAsync(image, site, cancellationToken)));
        return new(images, found.Contains(null) ? null : [.. found.OfType<string>().Order(StringComparer.Ordinal)]);
    }

    private static ImageReference Parse(BaseImage image) => ImageReference.TryParse(image.Image, out var reference, out var problem) ? reference
        : throw Ktr.DockerfileInvalid.Error(image.Location, $"'{image.Image}' is neither a stage nor an image reference: {problem}");

    private static async Task<string?> ResolveAsync(ImageReference image, BuildSite site, CancellationToken cancellationToken)
    {
        try
        {
            if (image.Digest is not null)
                return image.ToString();
            if (await site.Registry.ResolveAsync(image, cancellationToken) is { } found)
                return $"{image}@{found.Digest}";
            site.Log.Report(new RunEvent.Detail($"'{image}' is not in its registry as seen from here; what is built on it is built anew each time"));
        }
        catch (RegistryException e)
        {
            site.Log.Report(new RunEvent.Detail($"'{image}' cannot be asked for from here ({e.Message}); what is built on it is built anew each time"));
        }
        return null;
    }
}
