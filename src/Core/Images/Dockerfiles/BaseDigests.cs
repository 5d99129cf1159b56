using System.Collections.Concurrent;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>The base images of a build.</summary>
/// <param name="Images">By the names that the Dockerfile gives.</param>
/// <param name="Digests">What each is in its registry now, a line each; null where one could not be asked for from here, though a pod may have it.</param>
internal sealed record BaseDigests(IReadOnlyList<ImageReference> Images, IReadOnlyList<string>? Digests)
{
    /// <exception cref="KontraktException">A wrong name (KTR2015); an image that pods cannot have either (KTR2003, KTR2202). Each at its place.</exception>
    public static async Task<BaseDigests> ResolveAsync(IReadOnlyList<BaseImage> bases, BuildSite site, CancellationToken cancellationToken)
    {
        var images = bases.Select(image => Parse(image)).ToList();
        var problems = new ConcurrentBag<Diagnostic>();
        var found = await Task.WhenAll(images.Zip(bases).DistinctBy(each => each.First).Select(each => ResolveAsync(each.First, each.Second.Location, site, problems, cancellationToken)));
        KontraktException.ThrowIfAny([.. problems.OrderBy(problem => problem.Location?.Line)]);
        return new(images, found.Contains(null) ? null : [.. found.OfType<string>().Order(StringComparer.Ordinal)]);
    }

    private static ImageReference Parse(BaseImage image) => ImageReference.TryParse(image.Image, out var reference, out var problem) && !IsTooShort(reference, out problem) ? reference
        : throw Ktr.DockerfileInvalid.Error(image.Location, $"'{image.Image}' is neither a stage nor an image reference: {problem}");

    private static bool IsTooShort(ImageReference image, out string? problem)
    {
        problem = image.Repository.Length < 2 ? "Kaniko takes no repository of one letter" : null;
        return problem is not null;
    }

    /// <summary>Whether pods have this image from where this machine looks for it, with the credentials of this machine.</summary>
    private static bool IsSameForPods(ImageReference image, KontraktSettings settings) =>
        image.Registry != "docker.io" ? settings.Repository is { } own && image.Registry == BuildNames.Host(own) : settings.RegistryMirrors.Count == 0;

    private static async Task<string?> ResolveAsync(ImageReference image, SourceLocation location, BuildSite site, ConcurrentBag<Diagnostic> problems, CancellationToken cancellationToken)
    {
        try
        {
            if (image.Digest is not null)
                return image.ToString();
            if (await site.Registry.ResolveAsync(image, cancellationToken) is { } found)
                return $"{image}@{found.Digest}";
            if (IsSameForPods(image, site.Settings))
                problems.Add(Ktr.ImageMissing.At(location, image, $"{image.Registry} has no such image"));
            site.Log.Report(new RunEvent.Detail($"'{image}' is not in its registry as seen from here; what is built on it is built again each time"));
        }
        catch (RegistryException e)
        {
            if (e.Fault == RegistryFault.Denied && IsSameForPods(image, site.Settings))
                problems.Add(RegistryProblems.Reading(e, image.ToString(), location));
            site.Log.Report(new RunEvent.Detail($"'{image}' cannot be asked for from here ({e.Message}); what is built on it is built again each time"));
        }
        return null;
    }
}

/// <summary>Another image that a build takes something from.</summary>
/// <param name="File">The Dockerfile.</param>
/// <param name="Image">As the Dockerfile names it, variables replaced.</param>
internal sealed record BaseImage(string File, string Image, Instruction Instruction)
{
    public SourceLocation Location => new(File, Instruction.Line, 1);
}
